import Backends

/// How a convolution, or one of its gradients, is computed.
package enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
  /// As matrix products with columns copied from the images, a bounded number of images at a time.
  case product
  /// As a product whose columns are packed where they are needed: with tiles in vector registers on
  /// CPUs, in local memory on GPUs.
  case implicit
  /// By transformed tiles of 2 × 2 results, see `WinogradTile`; for CPUs.
  case winograd2
  /// By transformed tiles of 4 × 4 results; for CPUs.
  case winograd4
  /// As a product whose rows are added to the images; for gradients by these, on CPUs.
  case scattered
  /// Each number by itself; for filters with little depth, such as depthwise ones.
  case direct

  /// The algorithm that every convolution in the task takes that it serves, to test one; nil for the
  /// fastest.
  @TaskLocal package static var forced: ConvolutionAlgorithm?

  /// Whether the algorithm computes such a pass of such a convolution.
  package func serves(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry) -> Bool {
    switch self {
    case .product, .implicit, .direct: true
    case .winograd2, .winograd4: WinogradTile.serves(geometry)
    case .scattered: pass == .dataGradient
    }
  }
}

/// What is computed of a convolution.
package enum ConvolutionPass: Sendable, CaseIterable {
  /// The result.
  case forward
  /// The gradient by the images.
  case dataGradient
  /// The gradient by the filter.
  case filterGradient
}

extension OpenCLBackend {
  /// The fastest algorithm by measurement, where nobody has tuned.
  func usualAlgorithm(
    for pass: ConvolutionPass, _ geometry: ConvolutionGeometry
  ) -> ConvolutionAlgorithm {
    // Channels of the result, and products in each of its elements.
    let (channels, depth) =
      pass == .dataGradient
      ? (geometry.inputs, geometry.outputs * geometry.taps) : (geometry.outputs, geometry.depth)
    switch kernelStyle {
    case .cpu:
      if channels < fewChannels { return .direct }
      if pass == .filterGradient { return .implicit }
      return ConvolutionCost(pass, geometry, width: device.cpuVectorWidth).cheapest
    case .gpu:
      let isShallow = channels == 1 || depth <= shallowDepth
      return isShallow && pass != .filterGradient || geometry.depth <= geometry.taps
        ? .direct : geometry.isPointwise ? .product : .implicit
    }
  }
}

/// With fewer channels most lanes of a vector would be empty.
private let fewChannels = 3

/// Up to this depth, copying columns costs more than the products.
private let shallowDepth = 32
