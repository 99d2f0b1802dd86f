import Layers
import Tensors

/// Adam, as PyTorch defines it, with AMSGrad where wanted.
///
/// g ← ∇ + λp; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε), for the t-th step of the parameter; AMSGrad
/// takes the largest v so far. The state is m as `mean.<parameter>`, v as `square.<parameter>`, with
/// AMSGrad its maximum as `maxSquare.<parameter>`, and t as `step.<parameter>`.
///
/// Kingma, Ba: Adam: A Method for Stochastic Optimization (ICLR 2015), algorithm 1; Reddi, Kale,
/// Kumar: On the Convergence of Adam and Beyond (ICLR 2018), algorithm 2. A weight decay is better
/// left to `AdamW`.
///
/// ```swift
/// let optimizer = Adam(model, learningRate: 1e-3)
/// optimizer.update(gradients)
/// ```
public final class Adam: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - amsgrad: Whether to divide by the largest mean of the squares so far.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0, amsgrad: Bool = false,
    groups: [ParameterGroup] = []
  ) {
    requireMoments("Adam", beta1, beta2, epsilon)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .adam(
        AdamStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: $0.weightDecay, decouplesWeightDecay: false, amsgrad: amsgrad, step: $0.step
        ))
    }
  }
}

/// Adam with the weight decay taken out of the gradient, as PyTorch defines it.
///
/// p ← (1 − ηλ)·p, then Adam's step without a penalty. The state is that of `Adam`.
///
/// Loshchilov, Hutter: Decoupled Weight Decay Regularization (ICLR 2019), algorithm 2.
///
/// ```swift
/// let optimizer = AdamW(model, learningRate: 1e-3, weightDecay: 0.05)
/// optimizer.update(gradients)
/// ```
public final class AdamW: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ; each step takes this times η off every parameter.
  ///   - amsgrad: Whether to divide by the largest mean of the squares so far.
  ///   - groups: The parameters with other settings, such as `.undecayedVectors`.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01, amsgrad: Bool = false,
    groups: [ParameterGroup] = []
  ) {
    requireMoments("AdamW", beta1, beta2, epsilon)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .adam(
        AdamStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: $0.weightDecay, decouplesWeightDecay: true, amsgrad: amsgrad, step: $0.step))
    }
  }
}

/// Stops the program over decays of moments that are none.
func requireMoments(_ name: String, _ beta1: Float, _ beta2: Float, _ epsilon: Float = 0) {
  require(beta1, "\(name): beta1", in: 0..<1)
  require(beta2, "\(name): beta2", in: 0..<1)
  require(epsilon, "\(name): epsilon", in: 0..<Float.infinity)
}
