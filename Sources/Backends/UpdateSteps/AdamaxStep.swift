/// One step of AdaMax (Kingma, Ba 2015, algorithm 2), as PyTorch defines it:
/// m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g| + ε); p ← p − η / (1 − β₁ᵗ) · m / u.
public struct AdamaxStep: UpdateStep {
  /// η / (1 − β₁ᵗ).
  public var learningRate: Float
  /// β₁, the decay of the mean of the gradients.
  public var beta1: Float
  /// β₂, the decay of their largest magnitude.
  public var beta2: Float
  /// ε, added to the magnitude so that nothing is divided by 0.
  public var epsilon: Float
  /// λ.
  public var weightDecay: Float

  /// Makes step number `step`, counted from 1.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, step: Int
  ) {
    self.learningRate = Float(Double(learningRate) / biasCorrection(beta1, step))
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The kernel's name.
  public static let name = "adamax"
  /// The correction depends on the step.
  public static let countsSteps = true
  /// m, u.
  public var stateNames: [String] { ["mean", "maximum"] }
  /// None.
  public var variants: [String] { [] }
  /// The rate, β₁, β₂, ε, λ.
  public var numbers: [Float] { [learningRate, beta1, beta2, epsilon, weightDecay] }
}
