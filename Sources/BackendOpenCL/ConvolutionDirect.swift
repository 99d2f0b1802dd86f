import Backends
import OpenCL

/// Convolution number by number: a work-item for each on GPUs, vectors of them on CPUs.
extension OpenCLBackend {
  func convolveDirect(
    _ images: StridedArray, _ filter: StridedArray, _ bias: StridedArray?,
    _ geometry: ConvolutionGeometry, to result: StridedArray
  ) throws {
    guard kernelStyle == .gpu else {
      return try convolveRows(
        images, filter, bias, ConvolutionGathering(geometry), to: result)
    }
    try launch(
      try kernel("convolveDirect", in: "convolution"),
      global: geometry.workSize(geometry.resultPixels, geometry.outputs), local: pixelGroup,
      [images.argument, filter.argument] + optional(bias) + [
        result.resultArgument, geometry.argument,
      ])
  }

  func dataGradientDirect(
    _ gradient: StridedArray, _ filter: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    guard kernelStyle == .gpu else {
      for part in ConvolutionGathering.dataGradient(geometry) {
        try convolveRows(gradient, filter, nil, part, to: result)
      }
      return
    }
    try launch(
      try kernel("dataGradientDirect", in: "convolution"),
      global: geometry.workSize(geometry.imagePixels, geometry.inputs), local: pixelGroup,
      [gradient.argument, filter.argument, result.resultArgument, geometry.argument])
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
