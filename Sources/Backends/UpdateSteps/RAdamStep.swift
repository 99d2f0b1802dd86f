/// One step of RAdam (Liu et al.: On the Variance of the Adaptive Learning Rate and Beyond, 2020),
/// as PyTorch defines it.
///
/// With ρ∞ = 2 / (1 − β₂) − 1 and ρₜ = ρ∞ − 2tβ₂ᵗ / (1 − β₂ᵗ): m ← β₁m + (1 − β₁)g;
/// v ← β₂v + (1 − β₂)g²; p ← p − η·m / (1 − β₁ᵗ), times √(1 − β₂ᵗ) / (√v + ε) and
/// √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ)) where ρₜ > 5.
public struct RAdamStep: UpdateStep {
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
  /// Whether the decay acts on the parameter itself.
  public var decouplesWeightDecay: Bool
  /// 1 − β₁ᵗ.
  public var biasCorrection1: Float
  /// What 1 / (√v + ε) is multiplied by; 0 where the step is not divided by the root.
  public var rectification: Float

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
    biasCorrection1 = Float(biasCorrection(beta1, step))
    let correction = biasCorrection(beta2, step)
    let limit = 2 / (1 - Double(beta2)) - 1
    let length = limit - 2 * Double(step) * (1 - correction) / correction
    guard length > 5 else {
      rectification = 0
      return
    }
    let variance =
      (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
    rectification = Float((variance * correction).squareRoot())
  }

  /// The kernel's name.
  public static let name = "radam"
  /// The corrections depend on the step.
  public static let countsSteps = true
  /// m, v.
  public var stateNames: [String] { ["mean", "square"] }
  /// The place of the decay.
  public var variants: [String] { decouplesWeightDecay ? [UpdateVariant.decoupled] : [] }
  /// η, β₁, β₂, ε, λ, the correction and the rectification.
  public var numbers: [Float] {
    [learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection1, rectification]
  }
}
