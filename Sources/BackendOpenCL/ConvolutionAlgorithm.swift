import Backends

/// How a convolution, or one of its gradients, is computed.
///
/// Each works for every convolution.
package enum ConvolutionAlgorithm: String, Sendable, CaseIterable {
  /// As matrix products with columns copied from the images, a bounded number of images at a time.
  case product
  /// With tiles of channels in vector registers; for CPUs.
  case blocked
  /// Each number by itself; for filters with little depth, such as depthwise ones.
  case direct

  /// Whether it computes such a convolution.
  func serves(_ pass: ConvolutionPass, _ geometry: ConvolutionGeometry) -> Bool { true }

  /// The algorithm that every convolution in the task takes, to test one; nil for the fastest.
  @TaskLocal package static var forced: ConvolutionAlgorithm?
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
  /// The algorithm for a pass: the forced one, or the fastest by measurement.
  package func algorithm(
    for pass: ConvolutionPass, _ geometry: ConvolutionGeometry
  ) -> ConvolutionAlgorithm {
    chosenAlgorithm(for: pass, geometry) ?? usualAlgorithm(for: pass, geometry)
  }

  /// The fastest algorithm where nobody has tuned.
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
      let isDilated = pass == .dataGradient && geometry.stride != 1
      return isDilated ? .product : .blocked
    case .gpu:
      let isShallow = channels == 1 || depth <= shallowDepth
      return isShallow && pass != .filterGradient || geometry.depth <= geometry.taps
        ? .direct : .product
    }
  }
}

/// With fewer channels most lanes of a vector would be empty.
private let fewChannels = 3

/// Up to this depth, copying columns costs more than the products.
private let shallowDepth = 32
