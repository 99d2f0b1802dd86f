/// One step of AdaGrad (Duchi, Hazan, Singer 2011), as PyTorch defines it:
/// s ← s + g²; p ← p − η / (1 + (t − 1)d) · g / (√s + ε).
public struct AdagradStep: UpdateStep {
  /// η / (1 + (t − 1)d), the rate of this step.
  public var learningRate: Float
  /// ε, added to the root so that nothing is divided by 0.
  public var epsilon: Float
  /// λ.
  public var weightDecay: Float

  /// Makes step number `step`, counted from 1, with the decay d of the rate.
  public init(
    learningRate: Float, learningRateDecay: Float, epsilon: Float, weightDecay: Float, step: Int
  ) {
    self.learningRate = Float(
      Double(learningRate) / (1 + Double(step - 1) * Double(learningRateDecay)))
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The kernel's name.
  public static let name = "adagrad"
  /// The rate may decay.
  public static let countsSteps = true
  /// s.
  public var stateNames: [String] { ["sum"] }
  /// None.
  public var variants: [String] { [] }
  /// The rate, ε, λ.
  public var numbers: [Float] { [learningRate, epsilon, weightDecay] }
}
