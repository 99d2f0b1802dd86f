/// One step of Adadelta (Zeiler 2012), as PyTorch defines it:
/// v ← ρv + (1 − ρ)g²; d = √(u + ε) / √(v + ε) · g; u ← ρu + (1 − ρ)d²; p ← p − η·d.
public struct AdadeltaStep: UpdateStep {
  /// η.
  public var learningRate: Float
  /// ρ, the decay of the means.
  public var rho: Float
  /// ε, added under the roots.
  public var epsilon: Float
  /// λ.
  public var weightDecay: Float

  /// Makes a step.
  public init(learningRate: Float, rho: Float, epsilon: Float, weightDecay: Float) {
    self.learningRate = learningRate
    self.rho = rho
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The kernel's name.
  public static let name = "adadelta"
  /// Every step is like the first.
  public static let countsSteps = false
  /// v, u.
  public var stateNames: [String] { ["square", "delta"] }
  /// None.
  public var variants: [String] { [] }
  /// η, ρ, ε, λ.
  public var numbers: [Float] { [learningRate, rho, epsilon, weightDecay] }
}
