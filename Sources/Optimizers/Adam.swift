import Layers
import Tensors

/// Adam, as PyTorch defines it.
///
/// g ← ∇ + λp; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε), for the t-th step of the parameter.
///
/// Kingma, Ba: Adam: A Method for Stochastic Optimization (ICLR 2015), algorithm 1. A weight decay
/// is better left to `AdamW`.
public final class Adam: Optimizer {
  private let core: AdamCore

  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0
  ) {
    core = AdamCore(
      model, "Adam", learningRate, beta1, beta2, epsilon, weightDecay, decouplesWeightDecay: false)
  }

  /// η of the next step.
  public var learningRate: Float { core.learningRate }
  /// How many steps have been made.
  public var stepCount: Int { core.stepCount }
  /// Makes a step.
  public func update(_ gradients: Gradients) { core.update(gradients) }
  /// m as `mean.<parameter>`, v as `square.<parameter>`, and t as `step.<parameter>`, int32 `[]`.
  public var state: [String: Tensor] { core.state }
  /// Goes on from a checkpoint.
  ///
  /// - Throws: `NamedTensorsError` or `InvalidStepError` where the checkpoint is not of such an
  ///   optimizer of such a model; then nothing is changed.
  public func restore(step: Int, state: [String: Tensor]) throws {
    try core.restore(step: step, state: state)
  }
}

/// Adam with the weight decay taken out of the gradient, as PyTorch defines it.
///
/// p ← (1 − ηλ)·p, then Adam's step without a penalty.
///
/// Loshchilov, Hutter: Decoupled Weight Decay Regularization (ICLR 2019), algorithm 2.
public final class AdamW: Optimizer {
  private let core: AdamCore

  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ; each step takes this times η off every parameter.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01
  ) {
    core = AdamCore(
      model, "AdamW", learningRate, beta1, beta2, epsilon, weightDecay, decouplesWeightDecay: true)
  }

  /// η of the next step.
  public var learningRate: Float { core.learningRate }
  /// How many steps have been made.
  public var stepCount: Int { core.stepCount }
  /// Makes a step.
  public func update(_ gradients: Gradients) { core.update(gradients) }
  /// m as `mean.<parameter>`, v as `square.<parameter>`, and t as `step.<parameter>`, int32 `[]`.
  public var state: [String: Tensor] { core.state }
  /// Goes on from a checkpoint.
  ///
  /// - Throws: `NamedTensorsError` or `InvalidStepError` where the checkpoint is not of such an
  ///   optimizer of such a model; then nothing is changed.
  public func restore(step: Int, state: [String: Tensor]) throws {
    try core.restore(step: step, state: state)
  }
}
