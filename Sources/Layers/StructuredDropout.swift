import Tensors

/// Spatial dropout: in training, whole channels are zero with a probability, and the others divided
/// by 1 − rate; otherwise the input itself.
///
/// Neighbouring pixels of a channel say much the same, so that dropping single ones hardly
/// regularises. Tompson et al.: Efficient Object Localization Using Convolutional Networks
/// (CVPR 2015). From `[n, channels, …]` to the same.
///
/// ```swift
/// let block = Sequential {
///   Conv2D(3, 32, kernel: 3)
///   ReLU()
///   Dropout2D(0.2)
/// }
/// ```
public struct Dropout2D: Layer {
  /// The probability that a channel of a sample is zero.
  public let rate: Float

  /// Makes the layer.
  ///
  /// - Parameter rate: The probability of zero, at least 0 and below 1.
  public init(_ rate: Float = 0.5) {
    guard rate >= 0, rate < 1 else { misuse("Dropout2D: the rate \(rate) is not in [0, 1)") }
    self.rate = rate
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard input.rank >= 3 else {
      misuse("Dropout2D: input \(input.shape) must be [n, channels, …]")
    }
    return TrainingMode.isOn ? input.dropout(rate: rate, sharedBehind: 2) : input
  }
}

/// Drop path (stochastic depth): in training, whole samples are zero with a probability, and the
/// others divided by 1 − rate; otherwise the input itself.
///
/// At the end of the residual branch of a block, so that a sample sometimes skips the block. Huang
/// et al.: Deep Networks with Stochastic Depth (ECCV 2016); Larsson et al.: FractalNet (ICLR 2017).
/// From `[n, …]` to the same.
///
/// ```swift
/// struct Block: Layer {
///   let branch = Sequential {
///     Linear(64, 64)
///     ReLU()
///     DropPath(0.1)
///   }
///   func callAsFunction(_ input: Tensor) -> Tensor { input + branch(input) }
/// }
/// ```
public struct DropPath: Layer {
  /// The probability that a sample is zero.
  public let rate: Float

  /// Makes the layer.
  ///
  /// - Parameter rate: The probability of zero, at least 0 and below 1.
  public init(_ rate: Float) {
    guard rate >= 0, rate < 1 else { misuse("DropPath: the rate \(rate) is not in [0, 1)") }
    self.rate = rate
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard input.rank >= 1 else { misuse("DropPath: input \(input.shape) must be [n, …]") }
    return TrainingMode.isOn ? input.dropout(rate: rate, sharedBehind: 1) : input
  }
}
