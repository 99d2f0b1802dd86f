import Layers
import Tensors

/// The optimizers by name, with the settings they are used with where none are given.
public enum OptimizerKind: String, CaseIterable, Sendable {
  /// `SGD`.
  case sgd
  /// `Adam`.
  case adam
  /// `AdamW`.
  case adamw

  /// η where none is given; suits small networks and batches of about a hundred.
  public var defaultLearningRate: Float { self == .sgd ? 0.05 : 1e-3 }

  /// μ where none is given; nil for optimizers without such a setting.
  public var defaultMomentum: Float? { self == .sgd ? 0.9 : nil }

  /// λ where none is given, PyTorch's.
  public var defaultWeightDecay: Float { self == .adamw ? 0.01 : 0 }

  /// Makes an optimizer of this kind.
  ///
  /// - Parameters:
  ///   - model: Whose parameters to change.
  ///   - learningRate: η; without one, the default of the kind.
  ///   - momentum: μ, only for kinds that have it; without one, the default of the kind.
  ///   - weightDecay: λ; without one, the default of the kind.
  public func make(
    for model: some Layer, learningRate: LearningRate? = nil, momentum: Float? = nil,
    weightDecay: Float? = nil
  ) -> any Optimizer {
    let learningRate = learningRate ?? .constant(defaultLearningRate)
    let weightDecay = weightDecay ?? defaultWeightDecay
    guard momentum == nil || defaultMomentum != nil else {
      misuse("OptimizerKind: \(rawValue) has no momentum")
    }
    return switch self {
    case .sgd:
      SGD(
        model, learningRate: learningRate, momentum: momentum ?? defaultMomentum ?? 0,
        weightDecay: weightDecay)
    case .adam: Adam(model, learningRate: learningRate, weightDecay: weightDecay)
    case .adamw: AdamW(model, learningRate: learningRate, weightDecay: weightDecay)
    }
  }
}
