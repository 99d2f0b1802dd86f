/// One step of Lion (Chen et al.: Symbolic Discovery of Optimization Algorithms, 2023,
/// algorithm 2): p ← (1 − ηλ)p − η·sign(β₁m + (1 − β₁)∇); m ← β₂m + (1 − β₂)∇.
public struct LionStep: UpdateStep {
  /// η.
  public var learningRate: Float
  /// β₁, the weight of the mean in the direction.
  public var beta1: Float
  /// β₂, the decay of the mean of the gradients.
  public var beta2: Float
  /// λ; it is decoupled.
  public var weightDecay: Float

  /// Makes a step.
  public init(learningRate: Float, beta1: Float, beta2: Float, weightDecay: Float) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
  }

  /// The kernel's name.
  public static let name = "lion"
  /// Every step is like the first.
  public static let countsSteps = false
  /// m.
  public var stateNames: [String] { ["mean"] }
  /// The place of the decay, as with other rules.
  public var variants: [String] { [UpdateVariant.decoupled] }
  /// η, β₁, β₂, λ.
  public var numbers: [Float] { [learningRate, beta1, beta2, weightDecay] }
}
