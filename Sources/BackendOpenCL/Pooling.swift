import Backends
import OpenCL

extension OpenCLBackend {
  /// Finds the largest element of each window.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func maxPool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray, indices: StridedArray
  ) throws {
    try launchMaxPool(
      to: result, pooling.stride, [images.argument, result.resultArgument, indices.resultArgument],
      PoolingArgument(pooling, images: images, result: result))
  }

  /// Adds each gradient to the element that was the largest.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func maxPoolGradient(
    _ gradient: StridedArray, indices: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try launchGradient(
      "maxPoolGradient", to: result, [gradient.argument, indices.argument, result.resultArgument],
      PoolingArgument(pooling, images: result, result: gradient))
  }

  /// Averages each window.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func averagePool(
    _ images: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try launch(
      "averagePool", over: result, [images.argument, result.resultArgument],
      PoolingArgument(pooling, images: images, result: result))
  }

  /// Spreads each gradient over its window.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func averagePoolGradient(
    _ gradient: StridedArray, _ pooling: Pooling, to result: StridedArray
  ) throws {
    try launchGradient(
      "averagePoolGradient", to: result, [gradient.argument, result.resultArgument],
      PoolingArgument(pooling, images: result, result: gradient))
  }

  /// Queues the variant that suits the device and the windows.
  private func launchMaxPool(
    to result: StridedArray, _ stride: Pair, _ arrays: [KernelArgument], _ pooling: PoolingArgument
  ) throws {
    if kernelStyle == .cpu, !pooling.isAdaptive {
      // Whole vectors, but not longer than a row.
      let lanes = result.shape[3] % 8 == 0 ? 8 : 4
      let options = "-DLANES=\(lanes) -DSTRIDE=\(stride.horizontal)"
      try launchOverPlanes("maxPoolPlanes", of: result, arrays, pooling, options: options)
    } else {
      try launch("maxPool", over: result, arrays, pooling)
    }
  }

  /// Queues the variant of a gradient's kernel that suits the device.
  private func launchGradient(
    _ name: String, to result: StridedArray, _ arrays: [KernelArgument], _ pooling: PoolingArgument
  ) throws {
    switch kernelStyle {
    case .gpu: try launch(name + "Gather", over: result, arrays, pooling)
    case .cpu: try launchOverPlanes(name + "Planes", of: result, arrays, pooling)
    }
  }

  /// Queues a kernel with a work-item for each plane of an array.
  private func launchOverPlanes(
    _ name: String, of array: StridedArray, _ arrays: [KernelArgument], _ pooling: PoolingArgument,
    options: String = ""
  ) throws {
    guard array.count > 0 else { return }
    let planes = array.shape[0] * array.shape[1]
    try launch(
      try kernel(name, in: "pooling", options: pooling.options + options),
      global: WorkSize(planes), local: WorkSize(planesPerGroup),
      arrays + [.uint64(UInt64(planes))] + pooling.sizes)
  }

  /// Queues a kernel with a work-item for each element of an array.
  private func launch(
    _ name: String, over array: StridedArray, _ arrays: [KernelArgument], _ pooling: PoolingArgument
  ) throws {
    guard array.count > 0 else { return }
    let planes = array.shape[0] * array.shape[1]
    try launch(
      try kernel(name, in: "pooling", options: pooling.options),
      global: WorkSize(array.shape[3], array.shape[2], min(planes, mostGroups)),
      local: kernelStyle == .gpu ? WorkSize(32, 4, 1) : WorkSize(array.shape[3] <= 8 ? 4 : 8, 1, 1),
      arrays + [.uint64(UInt64(planes))] + pooling.sizes)
  }
}

/// Enough for a work-group to be worth its start, few enough for all cores to have some.
private let planesPerGroup = 8

/// What the kernels are told about the windows.
private struct PoolingArgument {
  /// Rows, columns and whether padding counts, as in Kernels/pooling.cl.
  let sizes: [KernelArgument]
  /// Whether there is a given number of windows.
  let isAdaptive: Bool
  /// How the kernels are compiled.
  var options: String { isAdaptive ? "-DADAPTIVE" : "" }

  init(_ pooling: Pooling, images: StridedArray, result: StridedArray) {
    for shape in [images.shape, result.shape] where shape[2] * shape[3] > Int(Int32.max) {
      misuse("pooling: a plane of shape \(shape) has more than 2³¹ − 1 elements")
    }
    let (vertical, horizontal) = pooling.sides(images: images.shape, result: result.shape)
    let sides = [vertical, horizontal].map { side in
      KernelArgument.int32s(
        [side.extent, side.outputs, side.window, side.stride, side.padding].map(Int32.init))
    }
    sizes = sides + [.int32(pooling.countsPadding ? 1 : 0)]
    isAdaptive = pooling.adaptiveOutput != nil
  }
}
