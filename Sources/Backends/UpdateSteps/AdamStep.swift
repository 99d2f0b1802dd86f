/// One step of Adam (Kingma, Ba 2015), AdamW (Loshchilov, Hutter 2019) or either with AMSGrad
/// (Reddi, Kale, Kumar 2018), as PyTorch defines them.
///
/// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε). AMSGrad takes the largest v so far. The decay
/// is decoupled in AdamW.
public struct AdamStep: UpdateStep {
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
  /// Whether to divide by the largest mean of the squares so far.
  public var amsgrad: Bool
  /// 1 − β₁ᵗ for step number t = 1, 2, ….
  public var biasCorrection1: Float
  /// 1 − β₂ᵗ.
  public var biasCorrection2: Float

  /// Makes step number `step`, counted from 1.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float,
    decouplesWeightDecay: Bool, amsgrad: Bool = false, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decouplesWeightDecay = decouplesWeightDecay
    self.amsgrad = amsgrad
    biasCorrection1 = Float(biasCorrection(beta1, step))
    biasCorrection2 = Float(biasCorrection(beta2, step))
  }

  /// The kernel's name.
  public static let name = "adam"
  /// The corrections depend on the step.
  public static let countsSteps = true
  /// m, v and with AMSGrad the largest v.
  public var stateNames: [String] { ["mean", "square"] + (amsgrad ? ["maxSquare"] : []) }
  /// The place of the decay, and AMSGrad.
  public var variants: [String] {
    (decouplesWeightDecay ? [UpdateVariant.decoupled] : []) + (amsgrad ? ["AMSGRAD"] : [])
  }
  /// η, β₁, β₂, ε, λ and the corrections.
  public var numbers: [Float] {
    [learningRate, beta1, beta2, epsilon, weightDecay, biasCorrection1, biasCorrection2]
  }
}
