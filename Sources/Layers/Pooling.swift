import Tensors

/// The largest element of each window of each channel; windows may overlap.
///
/// From `[n, channels, height, width]` to the same with ⌊(H + 2P − F) / S⌋ + 1 along each side, for
/// window F, stride S and padding P.
///
/// ```swift
/// let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [1, 1, 2, 4])
/// MaxPool2D(2)(image)  // [6, 8]
/// MaxPool2D(3, stride: 2)(.zeros([1, 96, 55, 55])).shape  // [1, 96, 27, 27]
/// ```
public struct MaxPool2D: Layer {
  /// Window, stride and padding; padding counts as −∞.
  public let pooling: Pooling

  /// Makes a layer; without a stride, windows tile the image.
  public init(
    _ window: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false
  ) {
    pooling = Pooling(window: window, stride: stride, padding: padding, ceilMode: ceilMode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireFit(input, pooling, "MaxPool2D")
    return maxPool2d(input, pooling)
  }
}

/// The mean of each window of each channel; windows may overlap.
///
/// From `[n, channels, height, width]` to the same with ⌊(H + 2P − F) / S⌋ + 1 along each side, for
/// window F, stride S and padding P.
///
/// ```swift
/// let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [1, 1, 2, 4])
/// AveragePool2D(2)(image)  // [3.5, 5.5]
/// ```
public struct AveragePool2D: Layer {
  /// Window, stride and padding.
  public let pooling: Pooling

  /// Makes a layer; without a stride, windows tile the image, and padding counts as zeros.
  public init(
    _ window: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    pooling = Pooling(
      window: window, stride: stride, padding: padding, ceilMode: ceilMode,
      countsPadding: countsPadding)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireFit(input, pooling, "AveragePool2D")
    return averagePool2d(input, pooling)
  }
}

private func requireFit(_ input: Tensor, _ pooling: Pooling, _ name: StaticString) {
  if case .failure(let mismatch) = pooling.outputShape(images: input.shape) {
    misuse("\(name): input \(input.shape), window \(pooling.window): \(mismatch)")
  }
}
