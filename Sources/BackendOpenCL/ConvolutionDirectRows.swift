import Backends
import OpenCL

/// Direct convolution on CPUs, with vectors of positions, see Kernels/convolution-direct.cl.
extension OpenCLBackend {
  /// Convolves, or carries the part of a gradient back that `gathering` is.
  func convolveRows(_ call: ConvolutionCall, _ gathering: ConvolutionGathering) throws {
    let positions = gathering.positionPair
    try launch(
      try kernel(
        "convolveRows", in: file, options: options(gathering), ending: call.epilogue,
        width: device.cpuVectorWidth),
      global: WorkSize(
        (positions.vertical + rowsAtOnce - 1) / rowsAtOnce, gathering.groups * gathering.rows,
        gathering.images),
      local: WorkSize(1, 1, 1),
      [call.source.argument, .uint64(UInt64(call.source.count)), call.filter.argument]
        + optional(call.bias) + [call.result.resultArgument, gathering.argument]
        + call.epilogue.arguments)
  }

  /// The gradients of the images by themselves, `[images, result]`.
  func sumRowGradients(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    to partials: StridedArray
  ) throws {
    let gathering = ConvolutionGathering(geometry)
    let taps = min(geometry.kernel.horizontal, mostTaps)
    try launch(
      try kernel("sumGradients", in: file, options: options(gathering) + " -DTAPS=\(taps)"),
      global: WorkSize(
        geometry.inputs * geometry.kernel.vertical, geometry.groups * geometry.outputs,
        geometry.images),
      local: WorkSize(1, 1, 1),
      [
        gradient.argument, .uint64(UInt64(gradient.count)), images.argument,
        .uint64(UInt64(images.count)), partials.argument, gathering.argument,
      ])
  }

  private func options(_ gathering: ConvolutionGathering) -> String {
    "-DWIDTH=\(device.cpuVectorWidth) -DVECTORS=1 -DROWS=\(rowsAtOnce) -DSTEP=\(gathering.step)"
  }
}

/// Enough independent sums to hide the latency of additions.
private let rowsAtOnce = 4
/// So many sums of taps stay in registers.
private let mostTaps = 8

private let file = "convolution-direct"
