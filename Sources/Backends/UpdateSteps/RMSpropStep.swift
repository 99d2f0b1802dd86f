/// One step of RMSprop (Tieleman, Hinton 2012; centred: Graves 2013), as PyTorch defines it.
///
/// v ← αv + (1 − α)g²; d = g / (√v + ε), or centred m ← αm + (1 − α)g; d = g / (√(v − m²) + ε);
/// p ← p − η·d, or with momentum b ← μb + d; p ← p − η·b.
public struct RMSpropStep: UpdateStep {
  /// η.
  public var learningRate: Float
  /// α, the decay of the means.
  public var alpha: Float
  /// ε, added to the root so that nothing is divided by 0.
  public var epsilon: Float
  /// λ.
  public var weightDecay: Float
  /// μ; without momentum there is no b.
  public var momentum: Float
  /// Whether to divide by the estimated deviation instead of the root of the mean square.
  public var centered: Bool

  /// Makes a step.
  public init(
    learningRate: Float, alpha: Float, epsilon: Float, weightDecay: Float, momentum: Float,
    centered: Bool
  ) {
    self.learningRate = learningRate
    self.alpha = alpha
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.centered = centered
  }

  /// The kernel's name.
  public static let name = "rmsprop"
  /// Every step is like the first.
  public static let countsSteps = false
  /// v; m where centred; b with momentum.
  public var stateNames: [String] {
    ["square"] + (centered ? ["mean"] : []) + (momentum == 0 ? [] : ["momentum"])
  }
  /// Whether centred, and with momentum.
  public var variants: [String] {
    (centered ? ["CENTERED"] : []) + (momentum == 0 ? [] : [UpdateVariant.momentum])
  }
  /// η, α, ε, λ, μ.
  public var numbers: [Float] { [learningRate, alpha, epsilon, weightDecay, momentum] }
}
