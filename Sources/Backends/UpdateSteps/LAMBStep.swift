/// One step of LAMB (You et al.: Large Batch Optimization for Deep Learning, 2020, algorithm 2).
///
/// m ← β₁m + (1 − β₁)∇; v ← β₂v + (1 − β₂)∇²;
/// d = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) + λp; p ← p − η·(‖p‖ / ‖d‖)·d. The ratio of the
/// norms of the whole parameter and of its direction is 1 where either is 0.
public struct LAMBStep: UpdateStep {
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
  /// 1 − β₁ᵗ.
  public var biasCorrection1: Float
  /// 1 − β₂ᵗ.
  public var biasCorrection2: Float

  /// Makes step number `step`, counted from 1.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    biasCorrection1 = Float(biasCorrection(beta1, step))
    biasCorrection2 = Float(biasCorrection(beta2, step))
  }

  /// The name of the kernel of the first pass.
  public static let name = "lamb"
  /// The corrections depend on the step.
  public static let countsSteps = true
  /// m, v.
  public var stateNames: [String] { ["mean", "square"] }
  /// None.
  public var variants: [String] { [] }
  /// The numbers of the first pass: β₁, β₂, ε, λ and the corrections.
  public var numbers: [Float] {
    [beta1, beta2, epsilon, weightDecay, biasCorrection1, biasCorrection2]
  }
}
