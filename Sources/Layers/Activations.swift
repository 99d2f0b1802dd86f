import Tensors

/// The rectifier max(x, 0), element by element (Nair, Hinton 2010); its derivative is 1 where
/// x > 0, otherwise 0.
///
/// ```swift
/// ReLU()(Tensor([-2, 0, 3]))  // [0, 0, 3]
/// ```
public struct ReLU: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.relu() }
}

/// x where x > 0, otherwise slope · x, element by element (Maas, Hannun, Ng 2013).
///
/// ```swift
/// LeakyReLU(slope: 0.1)(Tensor([-2, 3]))  // [-0.2, 3]
/// ```
public struct LeakyReLU: Layer {
  /// The derivative for negative numbers.
  public let slope: Float
  /// Makes the layer.
  public init(slope: Float = 0.01) { self.slope = slope }
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.leakyReLU(slope: slope) }
}

/// The logistic function σ = 1 / (1 + e⁻ˣ), element by element; its derivative is σ(1 − σ).
///
/// ```swift
/// Sigmoid()(Tensor([0, 2]))  // [0.5, 0.8808]
/// ```
public struct Sigmoid: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.sigmoid() }
}

/// The hyperbolic tangent, element by element; its derivative is 1 − tanh².
///
/// ```swift
/// Tanh()(Tensor([0, 1]))  // [0, 0.7616]
/// ```
public struct Tanh: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.tanh() }
}

/// 1 where x ≥ 0, otherwise 0, element by element: the perceptron's activation (Rosenblatt 1958).
///
/// It has no gradient, so nothing before it can be trained.
///
/// ```swift
/// Step()(Tensor([-0.1, 0, 0.1]))  // [0, 1, 1]
/// ```
public struct Step: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.step() }
}

/// exp(x) / Σ exp(x) along an axis: probabilities from scores.
///
/// Not before `crossEntropy`, which takes the scores themselves.
///
/// ```swift
/// Softmax()(Tensor([1.2, 4, 0.2]))  // [0.0560, 0.9234, 0.0206]
/// ```
public struct Softmax: Layer {
  /// Along which axis the results add up to 1.
  public let axis: Int
  /// Makes the layer; without an axis, along the last.
  public init(axis: Int = -1) { self.axis = axis }
  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.softmax(axis: axis) }
}

/// x − log Σ exp(x) along an axis: logarithms of probabilities from scores.
///
/// ```swift
/// LogSoftmax()(Tensor([1.2, 4, 0.2]))  // [-2.8797, -0.0797, -3.8797]
/// ```
public struct LogSoftmax: Layer {
  /// Along which axis the exponentials of the results add up to 1.
  public let axis: Int
  /// Makes the layer; without an axis, along the last.
  public init(axis: Int = -1) { self.axis = axis }
  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.logSoftmax(axis: axis) }
}
