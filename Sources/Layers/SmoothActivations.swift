import Tensors

/// The exponential linear unit, element by element: x where x > 0, otherwise α · (eˣ − 1) (Clevert,
/// Unterthiner, Hochreiter 2016).
///
/// ```swift
/// ELU()(Tensor([-1, 2]))  // [-0.6321, 2]
/// ```
public struct ELU: Layer {
  /// The limit for x → −∞ is −α.
  public let alpha: Float
  /// Makes the layer.
  public init(alpha: Float = 1) { self.alpha = alpha }
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.elu(alpha: alpha) }
}

/// The scaled exponential linear unit, element by element: λ · x where x > 0, otherwise
/// λα · (eˣ − 1), with λ ≈ 1.0507 and α ≈ 1.6733 (Klambauer, Unterthiner, Mayr, Hochreiter 2017).
///
/// With weights of variance 1 / fan-in, mean 0 and variance 1 are kept from layer to layer.
///
/// ```swift
/// SELU()(Tensor([-1, 2]))  // [-1.1113, 2.1014]
/// ```
public struct SELU: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.selu() }
}

/// The Gaussian error linear unit x · Φ(x), element by element, Φ being the normal distribution
/// function (Hendrycks, Gimpel 2016).
///
/// ```swift
/// GELU()(Tensor([-1, 2]))  // [-0.1587, 1.9545]
/// GELU(approximation: .tanh)(Tensor([-1, 2]))  // [-0.1588, 1.9546]
/// ```
public struct GELU: Layer {
  /// How Φ is computed.
  public let approximation: GELUApproximation
  /// Makes the layer; without an approximation, as defined.
  public init(approximation: GELUApproximation = .none) { self.approximation = approximation }
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.gelu(approximation: approximation)
  }
}

/// The sigmoid linear unit x · σ(x), element by element, also called Swish (Elfwing, Uchibe, Doya
/// 2018).
///
/// ```swift
/// SiLU()(Tensor([-1, 2]))  // [-0.2689, 1.7616]
/// ```
public struct SiLU: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.silu() }
}

/// A smooth rectifier, element by element: ln(1 + e^(βx)) / β (Dugas, Bengio, Bélisle, Nadeau 2001).
///
/// ```swift
/// Softplus()(Tensor([-1, 2]))  // [0.3133, 2.1269]
/// ```
public struct Softplus: Layer {
  /// How sharp the bend at 0 is; positive.
  public let beta: Float
  /// Where βx exceeds it, the result is x.
  public let threshold: Float
  /// Makes the layer.
  public init(beta: Float = 1, threshold: Float = 20) {
    self.beta = beta
    self.threshold = threshold
  }
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.softplus(beta: beta, threshold: threshold)
  }
}

/// x / (1 + |x|), element by element (Bergstra, Desjardins, Lamblin, Bengio 2009).
///
/// ```swift
/// Softsign()(Tensor([-1, 3]))  // [-0.5, 0.75]
/// ```
public struct Softsign: Layer {
  /// Makes the layer.
  public init() {}
  /// Applies the layer to a tensor of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.softsign() }
}
