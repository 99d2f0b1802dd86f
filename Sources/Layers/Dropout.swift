import Tensors

/// In training, zero with a probability, independently for each element, and the others divided by
/// 1 − rate; otherwise the input itself.
///
/// Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov: Dropout (JMLR 2014). Scaled in
/// training, so that the expectation stays and evaluation needs no scaling.
///
/// ```swift
/// let model = Sequential { Linear(4, 8); ReLU(); Dropout(0.5); Linear(8, 3) }
/// ```
public struct Dropout: Layer {
  /// The probability of zero.
  public let rate: Float

  /// Makes the layer.
  ///
  /// - Parameter rate: The probability of zero, at least 0 and below 1.
  public init(_ rate: Float) {
    guard rate >= 0, rate < 1 else { misuse("Dropout: the rate \(rate) is not in [0, 1)") }
    self.rate = rate
  }

  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    TrainingMode.isOn ? input.dropout(rate: rate) : input
  }
}
