import Layers
import Tensors

/// Lion: steps of one size, by the sign of a momentum.
///
/// p ← (1 − ηλ)p − η·sign(β₁m + (1 − β₁)∇); m ← β₂m + (1 − β₂)∇. The state is m as
/// `mean.<parameter>`.
///
/// Chen et al.: Symbolic Discovery of Optimization Algorithms (NeurIPS 2023), algorithm 2; it asks
/// for a learning rate a third to a tenth of AdamW's, and a weight decay as much larger.
///
/// ```swift
/// let optimizer = Lion(model, learningRate: 1e-4, weightDecay: 0.1)
/// optimizer.update(gradients)
/// ```
public final class Lion: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the weight of the mean in the direction.
  ///   - beta2: β₂, the decay of the mean of the gradients.
  ///   - weightDecay: λ; each step takes this times η off every parameter.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-4, beta1: Float = 0.9,
    beta2: Float = 0.99, weightDecay: Float = 0, groups: [ParameterGroup] = []
  ) {
    requireMoments("Lion", beta1, beta2)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .lion(
        LionStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, weightDecay: $0.weightDecay))
    }
  }
}

/// LAMB: Adam's direction with steps in proportion to the norm of each parameter, for large batches.
///
/// m ← β₁m + (1 − β₁)∇; v ← β₂v + (1 − β₂)∇²;
/// d = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) + λp; p ← p − η·(‖p‖ / ‖d‖)·d; the ratio of the norms
/// is 1 where either is 0. The state is m as `mean.<parameter>`, v as `square.<parameter>` and t as
/// `step.<parameter>`.
///
/// You et al.: Large Batch Optimization for Deep Learning: Training BERT in 76 Minutes (ICLR 2020),
/// algorithm 2 with φ(x) = x.
///
/// ```swift
/// let optimizer = LAMB(model, learningRate: 1e-3)
/// optimizer.update(gradients)
/// ```
public final class LAMB: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ, part of the direction.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-6, weightDecay: Float = 0.01,
    groups: [ParameterGroup] = []
  ) {
    requireMoments("LAMB", beta1, beta2, epsilon)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .lamb(
        LAMBStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: $0.weightDecay, step: $0.step))
    }
  }
}
