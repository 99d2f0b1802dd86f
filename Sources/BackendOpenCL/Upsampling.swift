import Backends
import OpenCL

extension OpenCLBackend {
  /// Reads each output's pixels.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func upsample(
    _ images: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws {
    try launch("upsampleImages", images, upsampling, images: images.shape, to: result)
  }

  /// Collects for each pixel from the outputs it had a part in.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func upsampleGradient(
    _ gradient: StridedArray, _ upsampling: Upsampling, to result: StridedArray
  ) throws {
    try launch("upsampleImagesGradient", gradient, upsampling, images: result.shape, to: result)
  }

  /// Queues a kernel with a work-item for each element of the result.
  private func launch(
    _ name: String, _ source: StridedArray, _ upsampling: Upsampling, images: Shape,
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    let planes = result.shape[0] * result.shape[1]
    let axes = upsampling.axes(images: images)
    let options = upsampling.mode == .nearest ? "-DNEAREST=1" : "-DNEAREST=0"
    try launch(
      try kernel(name, in: "upsampling", options: options),
      global: WorkSize(result.shape[3], result.shape[2], min(planes, mostGroups)),
      local: kernelStyle == .gpu ? WorkSize(32, 4, 1) : WorkSize(8, 1, 1),
      [
        source.argument, result.resultArgument, .uint64(UInt64(planes)), axes.vertical.argument,
        axes.horizontal.argument,
      ])
  }
}

extension Upsampling.Axis {
  /// The `Axis` of Kernels/upsampling.cl; that its numbers fit is part of `outputShape`.
  fileprivate var argument: KernelArgument {
    .int32s([inputs, outputs, multiplier, shift, divisor].map(Int32.init))
  }
}
