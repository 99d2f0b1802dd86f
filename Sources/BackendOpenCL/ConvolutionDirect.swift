import Backends
import OpenCL

/// Convolution number by number: a work-item for each on GPUs, vectors of them on CPUs.
extension OpenCLBackend {
  func convolveDirect(_ call: ConvolutionCall) throws {
    let geometry = call.geometry
    guard kernelStyle == .gpu else {
      return try convolveRows(call, ConvolutionGathering(geometry))
    }
    try launch(
      try kernel(
        "convolveDirect", in: "convolution", options: "", ending: call.epilogue, width: 1),
      global: geometry.workSize(geometry.resultPixels, geometry.outputs), local: pixelGroup,
      [call.source.argument, call.filter.argument] + optional(call.bias)
        + [call.result.resultArgument, geometry.argument] + call.epilogue.arguments)
  }

  func dataGradientDirect(_ call: ConvolutionCall) throws {
    let geometry = call.geometry
    guard kernelStyle == .gpu else {
      for part in ConvolutionGathering.dataGradient(geometry) {
        try convolveRows(call, part)
      }
      return
    }
    try launch(
      try kernel(
        "dataGradientDirect", in: "convolution", options: "", ending: call.epilogue, width: 1),
      global: geometry.workSize(geometry.imagePixels, geometry.inputs), local: pixelGroup,
      [
        call.source.argument, call.filter.argument, call.result.resultArgument, geometry.argument,
      ] + call.epilogue.arguments)
  }

  /// The gradients of the images by themselves, and their sum.
  func filterGradientDirect(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    let partials = try temporary([geometry.images, result.count])
    switch kernelStyle {
    case .cpu: try sumRowGradients(gradient, images, geometry, to: partials)
    case .gpu:
      try launch(
        try kernel("filterGradientDirect", in: "convolution"),
        global: geometry.workSize(geometry.depth, geometry.outputs), local: pixelGroup,
        [gradient.argument, images.argument, partials.argument, geometry.argument])
    }
    try reduce(
      .sum, partials, over: AxisSet([0], of: partials.shape),
      to: result.with(Layout([1, result.count])))
  }
}

extension ConvolutionGeometry {
  /// Work-items for elements of a plane, images, and channels.
  fileprivate func workSize(_ elements: Int, _ channels: Int) -> WorkSize {
    WorkSize(elements, min(images, mostGroups), groups * channels)
  }
}
