import Backends
import OpenCL

extension OpenCLBackend {
  /// Finds the largest element of each window.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func maxPool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray, indices: StridedArray
  ) throws {
    try launch(
      "maxPool", over: result, [images.argument, result.argument, indices.argument],
      pooling.argument(images: images, result: result))
  }

  /// Adds each gradient to the element that was the largest.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func maxPoolGradient(
    _ gradient: StridedArray, indices: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try launchGradient(
      "maxPoolGradient", to: result, [gradient.argument, indices.argument, result.argument],
      pooling.argument(images: result, result: gradient))
  }

  /// Averages each window.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func averagePool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try launch(
      "averagePool", over: result, [images.argument, result.argument],
      pooling.argument(images: images, result: result))
  }

  /// Spreads each gradient over its window.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func averagePoolGradient(
    _ gradient: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try launchGradient(
      "averagePoolGradient", to: result, [gradient.argument, result.argument],
      pooling.argument(images: result, result: gradient))
  }

  /// Queues the variant of a gradient's kernel that suits the device.
  private func launchGradient(
    _ name: String, to result: StridedArray, _ arrays: [KernelArgument], _ pooling: KernelArgument
  ) throws {
    switch kernelStyle {
    case .gpu: try launch(name + "Gather", over: result, arrays, pooling)
    case .cpu:
      guard result.count > 0 else { return }
      let planes = result.shape[0] * result.shape[1]
      try launch(
        try kernel(name + "Planes", in: "pooling"), global: WorkSize(planes),
        local: WorkSize(planesPerGroup), arrays + [.uint64(UInt64(planes)), pooling])
    }
  }

  /// Queues a kernel with a work-item for each element of an array.
  private func launch(
    _ name: String, over array: StridedArray, _ arrays: [KernelArgument], _ pooling: KernelArgument
  ) throws {
    guard array.count > 0 else { return }
    let planes = array.shape[0] * array.shape[1]
    try launch(
      try kernel(name, in: "pooling"),
      global: WorkSize(array.shape[3], array.shape[2], min(planes, mostGroups)),
      local: kernelStyle == .gpu ? WorkSize(32, 4, 1) : WorkSize(array.shape[3] <= 8 ? 4 : 8, 1, 1),
      arrays + [.uint64(UInt64(planes)), pooling])
  }
}

/// Enough for a work-group to be worth its start, few enough for all cores to have some.
private let planesPerGroup = 8

extension Pooling {
  /// The `Pooling` of Kernels/pooling.cl.
  fileprivate func argument(images: StridedArray, result: StridedArray) -> KernelArgument {
    let sizes = [images.shape[2], images.shape[3], result.shape[2], result.shape[3]]
    guard sizes[0] * sizes[1] <= Int(Int32.max) else {
      misuse("pooling: a plane of shape \(images.shape) has more than 2³¹ − 1 elements")
    }
    let pairs = [window, stride, padding].flatMap { [$0.vertical, $0.horizontal] }
    return .int32s((sizes + pairs).map(Int32.init))
  }
}
