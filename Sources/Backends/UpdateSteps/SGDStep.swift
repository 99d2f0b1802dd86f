/// One step of stochastic gradient descent with momentum (Polyak 1964, Nesterov 1983), as PyTorch
/// defines it: g ← ∇ + λp; v ← μv + g; p ← p − η·(g + μv with Nesterov, otherwise v).
///
/// The velocity starts at 0, which equals starting at the first gradient.
public struct SGDStep: UpdateStep {
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

  /// The kernel's name.
  public static let name = "sgd"
  /// Every step is like the first.
  public static let countsSteps = false
  /// v, with momentum.
  public var stateNames: [String] { momentum == 0 ? [] : ["momentum"] }
  /// Momentum and its kind.
  public var variants: [String] {
    (momentum == 0 ? [] : [UpdateVariant.momentum]) + (nesterov ? ["NESTEROV"] : [])
  }
  /// η, μ, λ.
  public var numbers: [Float] { [learningRate, momentum, weightDecay] }
}
