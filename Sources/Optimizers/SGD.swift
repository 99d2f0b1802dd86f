import Layers
import Tensors

/// Stochastic gradient descent, with momentum where wanted, as PyTorch defines it.
///
/// g ← ∇ + λp; v ← μv + g; p ← p − η·v, or with Nesterov's momentum p ← p − η·(g + μv).
///
/// Robbins, Monro (1951); momentum: Polyak (1964); Nesterov (1983) in the form of Sutskever,
/// Martens, Dahl, Hinton: On the importance of initialization and momentum (ICML 2013).
public final class SGD: Optimizer {
  private let parameters: [(name: String, parameter: Parameter)]
  private let schedule: LearningRate
  private let momentum: Float
  private let weightDecay: Float
  private let nesterov: Bool
  /// v; without momentum there is none.
  private var velocity: ParameterState

  /// How many steps have been made.
  public private(set) var stepCount = 0

  /// Makes an optimizer of the parameters of a model.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η.
  ///   - momentum: μ, at least 0 and below 1.
  ///   - weightDecay: λ, the factor of the penalty ½λ‖p‖².
  ///   - nesterov: Whether to look ahead along the velocity; needs momentum.
  public init(
    _ model: some Layer, learningRate: LearningRate, momentum: Float = 0, weightDecay: Float = 0,
    nesterov: Bool = false
  ) {
    require(momentum, "SGD: the momentum", in: 0..<1)
    require(weightDecay, "SGD: the weight decay", in: 0..<Float.infinity)
    guard !nesterov || momentum > 0 else { misuse("SGD: Nesterov's momentum needs momentum") }
    parameters = model.namedParameters
    schedule = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
    velocity = ParameterState("momentum", for: parameters, isUsed: momentum > 0)
  }

  /// η of the next step.
  public var learningRate: Float { schedule(at: stepCount) }

  /// Makes a step.
  public func update(_ gradients: Gradients) {
    let step = SGDStep(
      learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, nesterov: nesterov)
    for (index, entry) in parameters.enumerated() {
      guard let gradient = gradients[entry.parameter] else { continue }
      entry.parameter.withMutableValue {
        $0.update(step, gradient: gradient, velocity: &velocity.tensors[index])
      }
    }
    stepCount += 1
  }

  /// v as `momentum.<parameter>`; empty without momentum.
  public var state: [String: Tensor] { velocity.named(for: parameters) }

  /// Goes on from a checkpoint.
  ///
  /// - Throws: `NamedTensorsError` or `InvalidStepError` where the checkpoint is not of such an
  ///   optimizer of such a model; then nothing is changed.
  public func restore(step: Int, state: [String: Tensor]) throws {
    try requireFit(step: step, state)
    velocity = try velocity.restored(from: state, for: parameters)
    stepCount = step
  }
}
