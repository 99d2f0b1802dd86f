import Layers
import Tensors

/// The optimizers by name, with the settings they are used with where none are given.
///
/// All but `LBFGS`, which calls for the loss more than once in a step.
public enum OptimizerKind: String, CaseIterable, Sendable {
  /// `SGD`.
  case sgd
  /// `Adam`.
  case adam
  /// `AdamW`.
  case adamw
  /// `SGD` with Nesterov's momentum.
  case nesterov
  /// `Adagrad`.
  case adagrad
  /// `RMSprop`.
  case rmsprop
  /// `Adadelta`.
  case adadelta
  /// `Adamax`.
  case adamax
  /// `NAdam`.
  case nadam
  /// `Adam` with AMSGrad.
  case amsgrad
  /// `RAdam`.
  case radam
  /// `Lion`.
  case lion
  /// `LAMB`.
  case lamb

  /// η where none is given: PyTorch's or the paper's; that of sgd, for which there is none, suits
  /// small networks and batches of about a hundred.
  public var defaultLearningRate: Float {
    switch self {
    case .sgd, .nesterov: 0.05
    case .adagrad, .rmsprop: 1e-2
    case .adadelta: 1
    case .adamax, .nadam: 2e-3
    case .adam, .adamw, .amsgrad, .radam, .lamb: 1e-3
    case .lion: 1e-4
    }
  }

  /// μ where none is given; nil for optimizers without such a setting.
  public var defaultMomentum: Float? {
    switch self {
    case .sgd, .nesterov: 0.9
    case .rmsprop: 0
    default: nil
    }
  }

  /// λ where none is given, PyTorch's or the paper's.
  public var defaultWeightDecay: Float {
    switch self {
    case .adamw, .lamb: 0.01
    default: 0
    }
  }

  /// Makes an optimizer of this kind.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η; without one, the default of the kind.
  ///   - momentum: μ, only for kinds that have it; without one, the default of the kind.
  ///   - weightDecay: λ; without one, the default of the kind.
  ///   - groups: The parameters with other settings.
  public func make(
    for model: some Layer, learningRate: LearningRate? = nil, momentum: Float? = nil,
    weightDecay: Float? = nil, groups: [ParameterGroup] = []
  ) -> any Optimizer {
    let rate = learningRate ?? .constant(defaultLearningRate)
    let decay = weightDecay ?? defaultWeightDecay
    guard momentum == nil || defaultMomentum != nil else {
      misuse("OptimizerKind: \(rawValue) has no momentum")
    }
    let momentum = momentum ?? defaultMomentum ?? 0
    return switch self {
    case .sgd, .nesterov:
      SGD(
        model, learningRate: rate, momentum: momentum, weightDecay: decay,
        nesterov: self == .nesterov, groups: groups)
    case .adam, .amsgrad:
      Adam(
        model, learningRate: rate, weightDecay: decay, amsgrad: self == .amsgrad, groups: groups)
    case .adamw: AdamW(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .adagrad: Adagrad(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .rmsprop:
      RMSprop(model, learningRate: rate, weightDecay: decay, momentum: momentum, groups: groups)
    case .adadelta: Adadelta(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .adamax: Adamax(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .nadam: NAdam(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .radam: RAdam(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .lion: Lion(model, learningRate: rate, weightDecay: decay, groups: groups)
    case .lamb: LAMB(model, learningRate: rate, weightDecay: decay, groups: groups)
    }
  }
}
