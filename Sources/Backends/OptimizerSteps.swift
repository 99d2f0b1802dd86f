/// One step of stochastic gradient descent with momentum (Polyak 1964, Nesterov 1983), as PyTorch
/// defines it: g ← ∇ + λp; v ← μv + g; p ← p − η·(g + μv with Nesterov, otherwise v).
///
/// The velocity starts at 0, which equals starting at the first gradient.
public struct SGDStep: Hashable, Sendable {
  /// η.
  public var learningRate: Float
  /// μ; without momentum there is no velocity.
  public var momentum: Float
  /// λ, the factor of the L2 penalty.
  public var weightDecay: Float
  /// Whether to look ahead along the velocity.
  public var nesterov: Bool

  /// Makes a step.
  public init(learningRate: Float, momentum: Float, weightDecay: Float, nesterov: Bool) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }
}

/// One step of Adam (Kingma, Ba 2015) or AdamW (Loshchilov, Hutter 2019), as PyTorch defines them.
///
/// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε). The decay λp is added to g in Adam; in AdamW
/// p is first multiplied by 1 − ηλ.
public struct AdamStep: Hashable, Sendable {
  /// η.
  public var learningRate: Float
  /// β₁, the decay of the mean of the gradients.
  public var beta1: Float
  /// β₂, the decay of the mean of their squares.
  public var beta2: Float
  /// ε, added to the root so that nothing is divided by 0.
  public var epsilon: Float
  /// λ.
  public var weightDecay: Float
  /// Whether the decay acts on the parameter itself (AdamW).
  public var decouplesWeightDecay: Bool
  /// 1 − β₁ᵗ for step number t = 1, 2, ….
  public var biasCorrection1: Float
  /// 1 − β₂ᵗ.
  public var biasCorrection2: Float

  /// Makes step number `step`, counted from 1.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float,
    decouplesWeightDecay: Bool, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decouplesWeightDecay = decouplesWeightDecay
    biasCorrection1 = Float(1 - power(Double(beta1), step))
    biasCorrection2 = Float(1 - power(Double(beta2), step))
  }
}

/// xⁿ by squaring, the same on every machine.
private func power(_ x: Double, _ n: Int) -> Double {
  var (result, base, exponent) = (1.0, x, n)
  while exponent > 0 {
    if exponent & 1 == 1 { result *= base }
    base *= base
    exponent >>= 1
  }
  return result
}
