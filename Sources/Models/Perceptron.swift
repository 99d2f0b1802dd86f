import Layers
import Tensors

/// The perceptron: y = 1 if w·x > θ, otherwise 0.
///
/// As a layer it gives w·x − θ, from `[n, inputs]` to `[n, 1]`, which the binary cross-entropy takes
/// as the logit of a 1: its gradient (σ(w·x − θ) − t)·x is the perceptron's rule of learning with the
/// step made smooth. What lies on the two sides of a straight line it can tell apart, such as AND and
/// OR, but not XOR. Rosenblatt: The Perceptron (Psychological Review 1958).
///
/// ```swift
/// let and = Perceptron(weights: [0.5, 0.5], threshold: 0.7)
/// let y = and.output(Tensor([0, 1, 1, 1], shape: [2, 2]))  // 0, 1
/// ```
public struct Perceptron: Layer {
  /// The weights w, and −θ as bias.
  public let linear: Linear

  /// Makes a perceptron with weights drawn from the current random stream on the current device.
  ///
  /// - Parameter inputs: How many numbers go in.
  public init(_ inputs: Int = 2) { linear = Linear(inputs, 1) }

  /// Makes a perceptron of weights w and a threshold θ.
  public init(weights: [Float], threshold: Float) {
    linear = Linear(
      weights.count, 1, weightInitializer: .zeros, biasInitializer: .constant(-threshold))
    linear.weight.value = Tensor(weights, shape: linear.weight.shape)
  }

  /// w·x − θ.
  public func callAsFunction(_ input: Tensor) -> Tensor { linear(input) }

  /// y, 0 or 1 for each sample.
  public func output(_ input: Tensor) -> Tensor { (self(input) .> 0).cast(to: .float32) }
}
