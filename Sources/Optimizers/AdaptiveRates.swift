import Layers
import Tensors

/// AdaGrad, as PyTorch defines it: frequent directions slow down.
///
/// g ← ∇ + λp; s ← s + g²; p ← p − η / (1 + (t − 1)d) · g / (√s + ε). The state is s as
/// `sum.<parameter>` and t as `step.<parameter>`.
///
/// Duchi, Hazan, Singer: Adaptive Subgradient Methods (JMLR 12, 2011).
///
/// ```swift
/// let optimizer = Adagrad(model, learningRate: 0.01)
/// optimizer.update(gradients)
/// ```
public final class Adagrad: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - learningRateDecay: d, on top of the schedule.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - initialSum: s before the first step.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-2, learningRateDecay: Float = 0,
    weightDecay: Float = 0, initialSum: Float = 0, epsilon: Float = 1e-10,
    groups: [ParameterGroup] = []
  ) {
    require(learningRateDecay, "Adagrad: the learning rate's decay", in: 0..<Float.infinity)
    require(initialSum, "Adagrad: the initial sum", in: 0..<Float.infinity)
    require(epsilon, "Adagrad: epsilon", in: 0..<Float.infinity)
    super.init(
      model, learningRate: learningRate, weightDecay: weightDecay, groups: groups,
      initialState: initialSum
    ) {
      .adagrad(
        AdagradStep(
          learningRate: $0.learningRate, learningRateDecay: learningRateDecay, epsilon: epsilon,
          weightDecay: $0.weightDecay, step: $0.step))
    }
  }
}

/// RMSprop, centred and with momentum where wanted, as PyTorch defines it.
///
/// g ← ∇ + λp; v ← αv + (1 − α)g²; d = g / (√v + ε), or centred m ← αm + (1 − α)g;
/// d = g / (√(v − m²) + ε); p ← p − η·d, or with momentum b ← μb + d; p ← p − η·b. The state is v as
/// `square.<parameter>`, m as `mean.<parameter>` and b as `momentum.<parameter>`.
///
/// Tieleman, Hinton: Lecture 6.5, Neural Networks for Machine Learning (2012); centred: Graves:
/// Generating Sequences with Recurrent Neural Networks (2013).
///
/// ```swift
/// let optimizer = RMSprop(model, momentum: 0.9, centered: true)
/// optimizer.update(gradients)
/// ```
public final class RMSprop: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - alpha: α, the decay of the means.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - momentum: μ, at least 0 and below 1.
  ///   - centered: Whether to divide by the estimated deviation of the gradients.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-2, alpha: Float = 0.99,
    epsilon: Float = 1e-8, weightDecay: Float = 0, momentum: Float = 0, centered: Bool = false,
    groups: [ParameterGroup] = []
  ) {
    require(alpha, "RMSprop: alpha", in: 0..<1)
    require(epsilon, "RMSprop: epsilon", in: 0..<Float.infinity)
    require(momentum, "RMSprop: the momentum", in: 0..<1)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .rmsprop(
        RMSpropStep(
          learningRate: $0.learningRate, alpha: alpha, epsilon: epsilon,
          weightDecay: $0.weightDecay, momentum: momentum, centered: centered))
    }
  }
}

/// Adadelta, as PyTorch defines it: steps in the units of the parameters.
///
/// g ← ∇ + λp; v ← ρv + (1 − ρ)g²; d = √(u + ε) / √(v + ε) · g; u ← ρu + (1 − ρ)d²; p ← p − η·d. The
/// state is v as `square.<parameter>` and u as `delta.<parameter>`.
///
/// Zeiler: ADADELTA: An Adaptive Learning Rate Method (2012).
///
/// ```swift
/// let optimizer = Adadelta(model)
/// optimizer.update(gradients)
/// ```
public final class Adadelta: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - rho: ρ, the decay of the means.
  ///   - epsilon: ε, added under the roots.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1, rho: Float = 0.9, epsilon: Float = 1e-6,
    weightDecay: Float = 0, groups: [ParameterGroup] = []
  ) {
    require(rho, "Adadelta: rho", in: 0..<1)
    require(epsilon, "Adadelta: epsilon", in: 0..<Float.infinity)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .adadelta(
        AdadeltaStep(
          learningRate: $0.learningRate, rho: rho, epsilon: epsilon, weightDecay: $0.weightDecay))
    }
  }
}
