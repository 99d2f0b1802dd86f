import Glibc

/// One step of NAdam (Dozat 2016), as PyTorch defines it.
///
/// With μₜ = β₁(1 − ½·0.96^(tψ)): m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η·[(1 − μₜ) / (1 − μ₁⋯μₜ) · g + μₜ₊₁ / (1 − μ₁⋯μₜ₊₁) · m] / (√(v / (1 − β₂ᵗ)) + ε).
public struct NAdamStep: UpdateStep {
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
  /// η(1 − μₜ) / (1 − μ₁⋯μₜ).
  public var gradientRate: Float
  /// ημₜ₊₁ / (1 − μ₁⋯μₜ₊₁).
  public var meanRate: Float
  /// 1 − β₂ᵗ.
  public var biasCorrection2: Float

  /// Makes step number `step`, counted from 1.
  ///
  /// - Parameter momentumProduct: μ₁⋯μₜ, from `momentum(_:beta1:decay:)`.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float,
    decouplesWeightDecay: Bool, momentumDecay: Float, momentumProduct: Double, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decouplesWeightDecay = decouplesWeightDecay
    let now = Self.momentum(step, beta1: beta1, decay: momentumDecay)
    let next = Self.momentum(step + 1, beta1: beta1, decay: momentumDecay)
    gradientRate = Float(Double(learningRate) * (1 - now) / (1 - momentumProduct))
    meanRate = Float(Double(learningRate) * next / (1 - momentumProduct * next))
    biasCorrection2 = Float(biasCorrection(beta2, step))
  }

  /// μₜ.
  public static func momentum(_ step: Int, beta1: Float, decay: Float) -> Double {
    Double(beta1) * (1 - 0.5 * pow(0.96, Double(step) * Double(decay)))
  }

  /// The kernel's name.
  public static let name = "nadam"
  /// The rates depend on the step.
  public static let countsSteps = true
  /// m, v.
  public var stateNames: [String] { ["mean", "square"] }
  /// The place of the decay.
  public var variants: [String] { decouplesWeightDecay ? [UpdateVariant.decoupled] : [] }
  /// η, β₁, β₂, ε, λ, the two rates and the correction.
  public var numbers: [Float] {
    [
      learningRate, beta1, beta2, epsilon, weightDecay, gradientRate, meanRate, biasCorrection2,
    ]
  }
}
