import Layers
import Tensors

/// AdaMax, Adam by the infinity norm, as PyTorch defines it.
///
/// g ← ∇ + λp; m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g| + ε); p ← p − η / (1 − β₁ᵗ) · m / u. The state
/// is m as `mean.<parameter>`, u as `maximum.<parameter>` and t as `step.<parameter>`.
///
/// Kingma, Ba: Adam: A Method for Stochastic Optimization (ICLR 2015), algorithm 2.
///
/// ```swift
/// let optimizer = Adamax(model)
/// optimizer.update(gradients)
/// ```
public final class Adamax: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of their largest magnitude.
  ///   - epsilon: ε, added to the magnitude so that nothing is divided by 0.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 2e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0,
    groups: [ParameterGroup] = []
  ) {
    requireMoments("Adamax", beta1, beta2, epsilon)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .adamax(
        AdamaxStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: $0.weightDecay, step: $0.step))
    }
  }
}

/// NAdam, Adam with Nesterov's momentum, as PyTorch defines it.
///
/// With μₜ = β₁(1 − ½·0.96^(tψ)): g ← ∇ + λp; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// p ← p − η·[(1 − μₜ) / (1 − μ₁⋯μₜ) · g + μₜ₊₁ / (1 − μ₁⋯μₜ₊₁) · m] / (√(v / (1 − β₂ᵗ)) + ε). The
/// state is m as `mean.<parameter>`, v as `square.<parameter>` and t as `step.<parameter>`.
///
/// Dozat: Incorporating Nesterov Momentum into Adam (ICLR workshop 2016).
///
/// ```swift
/// let optimizer = NAdam(model)
/// optimizer.update(gradients)
/// ```
public final class NAdam: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - momentumDecay: ψ, how fast μ rises from β₁ / 2 to β₁.
  ///   - decouplesWeightDecay: Whether p ← (1 − ηλ)·p takes the place of the penalty.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 2e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0,
    momentumDecay: Float = 4e-3, decouplesWeightDecay: Bool = false, groups: [ParameterGroup] = []
  ) {
    requireMoments("NAdam", beta1, beta2, epsilon)
    require(momentumDecay, "NAdam: the momentum decay", in: 0..<Float.infinity)
    let products = MomentumProducts(beta1: beta1, decay: momentumDecay)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .nadam(
        NAdamStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: $0.weightDecay, decouplesWeightDecay: decouplesWeightDecay,
          momentumDecay: momentumDecay, momentumProduct: products.product(to: $0.step),
          step: $0.step))
    }
  }
}

/// The products μ₁⋯μₜ of NAdam's momenta, each computed once.
private final class MomentumProducts {
  /// From here on 1 − μ₁⋯μₜ is 1.
  private static let negligible = 0x1p-60

  private let beta1: Float
  private let decay: Float
  /// Element t is μ₁⋯μₜ; the last stands for all that follow once it is negligible.
  private var products = [1.0]

  init(beta1: Float, decay: Float) {
    self.beta1 = beta1
    self.decay = decay
  }

  func product(to step: Int) -> Double {
    while products.count <= step, products[products.count - 1] > Self.negligible {
      let factor = NAdamStep.momentum(products.count, beta1: beta1, decay: decay)
      products.append(products[products.count - 1] * factor)
    }
    return products[min(step, products.count - 1)]
  }
}

/// RAdam, Adam that is rectified while the mean of the squares is of few steps, as PyTorch defines
/// it.
///
/// With ρ∞ = 2 / (1 − β₂) − 1 and ρₜ = ρ∞ − 2tβ₂ᵗ / (1 − β₂ᵗ): g ← ∇ + λp; m ← β₁m + (1 − β₁)g;
/// v ← β₂v + (1 − β₂)g²; p ← p − η·m / (1 − β₁ᵗ), times √(1 − β₂ᵗ) / (√v + ε) and
/// √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ)) where ρₜ > 5. The state is m as `mean.<parameter>`,
/// v as `square.<parameter>` and t as `step.<parameter>`.
///
/// Liu et al.: On the Variance of the Adaptive Learning Rate and Beyond (ICLR 2020).
///
/// ```swift
/// let optimizer = RAdam(model, learningRate: 1e-3)
/// optimizer.update(gradients)
/// ```
public final class RAdam: FusedOptimizer {
  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε, added to the root so that nothing is divided by 0.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - decouplesWeightDecay: Whether p ← (1 − ηλ)·p takes the place of the penalty.
  ///   - groups: The parameters with other settings.
  public init(
    _ model: some Layer, learningRate: LearningRate = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0,
    decouplesWeightDecay: Bool = false, groups: [ParameterGroup] = []
  ) {
    requireMoments("RAdam", beta1, beta2, epsilon)
    super.init(model, learningRate: learningRate, weightDecay: weightDecay, groups: groups) {
      .radam(
        RAdamStep(
          learningRate: $0.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          weightDecay: $0.weightDecay, decouplesWeightDecay: decouplesWeightDecay, step: $0.step))
    }
  }
}
