import Backends
import OpenCL

extension OpenCLBackend {
  /// Convolves with the algorithm that suits the device and the shapes.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for columns is
  ///   missing.
  public func convolve(
    _ images: StridedArray, _ filter: StridedArray, bias: StridedArray?, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    let geometry = ConvolutionGeometry(images.shape, filter.shape, result.shape, convolution)
    guard geometry.depth > 0 else { return try fill(result, bias: bias) }
    let way = try way(for: .forward, geometry)
    if way.algorithm == .product {
      return try convolveByProduct(images, filter, bias, geometry, to: result)
    }
    let operands = [images, filter] + (bias.map { [$0] } ?? [])
    let fragments = fragments(for: .current)
    let producer = Producer(operands, shape: result.shape, hasColumns: false) {
      let call = ConvolutionCall(
        source: images, filter: filter, bias: bias, geometry: geometry, epilogue: $1,
        tile: way.tile, fragments: fragments, result: $2)
      switch way.algorithm {
      case .product, .scattered: misuse("convolution: \(way.algorithm) has no kernel for results")
      case .implicit: try $0.convolveImplicitly(call)
      case .winograd2: try $0.convolveByWinograd(call, tile: .two)
      case .winograd4: try $0.convolveByWinograd(call, tile: .four)
      case .direct: try $0.convolveDirect(call)
      }
    }
    try produce(producer, to: result)
  }

  /// Carries the gradient back with the algorithm that suits the device and the shapes.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for columns is
  ///   missing.
  public func convolutionDataGradient(
    _ gradient: StridedArray, _ filter: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    guard gradient.count > 0 else { return try fillWithZeros(result) }
    let geometry = ConvolutionGeometry(result.shape, filter.shape, gradient.shape, convolution)
    let way = try way(for: .dataGradient, geometry)
    if way.algorithm == .product {
      return try dataGradientByProduct(gradient, filter, geometry, to: result)
    }
    let fragments = fragments(for: .current)
    let producer = Producer([gradient, filter], shape: result.shape, hasColumns: false) {
      let call = ConvolutionCall(
        source: gradient, filter: filter, bias: nil, geometry: geometry, epilogue: $1,
        tile: way.tile, fragments: fragments, result: $2)
      switch way.algorithm {
      case .product: misuse("convolution: \(way.algorithm) is no kernel for gradients by images")
      case .implicit: try $0.dataGradientImplicitly(call)
      case .winograd2: try $0.dataGradientByWinograd(call, tile: .two)
      case .winograd4: try $0.dataGradientByWinograd(call, tile: .four)
      case .scattered: try $0.dataGradientScattered(call)
      case .direct: try $0.dataGradientDirect(call)
      }
    }
    try produce(producer, to: result)
  }

  /// Sums the filter's gradient with the algorithm that suits the device and the shapes.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for columns is
  ///   missing.
  public func convolutionFilterGradient(
    _ gradient: StridedArray, _ images: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    guard gradient.count > 0 else { return try fillWithZeros(result) }
    settlePendingProducer()
    let geometry = ConvolutionGeometry(images.shape, result.shape, gradient.shape, convolution)
    let way = try way(for: .filterGradient, geometry)
    switch way.algorithm {
    case .product: try filterGradientByProduct(gradient, images, geometry, to: result)
    case .implicit:
      try filterGradientImplicitly(gradient, images, geometry, way.tile, to: result)
    case .winograd2:
      try filterGradientByWinograd(gradient, images, geometry, tile: .two, to: result)
    case .winograd4:
      try filterGradientByWinograd(gradient, images, geometry, tile: .four, to: result)
    case .scattered: misuse("convolution: only gradients by images are scattered")
    case .direct: try filterGradientDirect(gradient, images, geometry, to: result)
    }
  }

  /// The result of a convolution of no channels.
  private func fill(_ result: StridedArray, bias: StridedArray?) throws {
    guard let bias else { return try fillWithZeros(result) }
    let spread = Layout(result.shape, strides: [0, 1, 0, 0], offset: 0)
    try pointwise(identity, scalars: [], [bias.with(spread)], to: result)
  }

  /// A kernel's optional pointer and whether it is one.
  func optional(_ array: StridedArray?) throws(OpenCLError) -> [KernelArgument] {
    try [array?.argument ?? .noBuffer, .int32(array == nil ? 0 : 1)]
  }
}

/// As many work-groups as every driver takes along the second and third dimension; kernels whose
/// sizes may exceed it go on with the rest.
let mostGroups = 65_535

private let identity = PointwiseExpression(.float32) { $0.input(0) }
