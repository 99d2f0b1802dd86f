import Layers
import Tensors

/// Stochastic gradient descent, with momentum where wanted, as PyTorch defines it.
///
/// g ← ∇ + λp; v ← μv + g; p ← p − η·v, or with Nesterov's momentum p ← p − η·(g + μv).
/// The state is v, as `momentum.<parameter>`; there is none without momentum.
///
/// Robbins, Monro (1951); momentum: Polyak (1964); Nesterov (1983) in the form of Sutskever,
/// Martens, Dahl, Hinton: On the importance of initialization and momentum (ICML 2013).
///
/// ```swift
/// let optimizer = SGD(model, learningRate: 0.1, momentum: 0.9, nesterov: true)
/// optimizer.update(gradients)
/// ```
public final class SGD: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - momentum: μ, at least 0 and below 1.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - nesterov: Whether to look ahead along the velocity; needs momentum.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate, momentum: Float = 0, weightDecay: Float = 0,
    nesterov: Bool = false, groups: [ParameterGroup] = []
  ) {
    require(momentum, "SGD: the momentum", in: 0..<1)
    guard !nesterov || momentum > 0 else { misuse("SGD: Nesterov's momentum needs momentum") }
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .sgd(
        SGDStep(
          learningRate: $0.learningRate, momentum: momentum, weightDecay: $0.weightDecay,
          nesterov: nesterov))
    }
  }
}
