import Layers
import Tensors

/// Settings of some of a model's parameters that differ from the optimizer's.
///
/// ```swift
/// AdamW(model, groups: [.undecayedVectors])
/// SGD(
///   model, learningRate: 0.1,
///   groups: [ParameterGroup(where: { name, _ in name.hasSuffix("bias") }, learningRate: 1.0)])
/// ```
///
/// A parameter belongs to the first group that contains it; one of no group has the optimizer's
/// settings. A group of no parameter stops the program, since its name must be misspelt.
public struct ParameterGroup {
  let contains: (_ name: String, _ parameter: Parameter) -> Bool
  let learningRate: LearningRate?
  let weightDecay: Float?

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - contains: Whether a parameter of such a name is of the group.
  ///   - learningRate: η; without one, the optimizer's.
  ///   - weightDecay: λ; without one, the optimizer's.
  public init(
    where contains: @escaping (_ name: String, _ parameter: Parameter) -> Bool,
    learningRate: LearningRate? = nil, weightDecay: Float? = nil
  ) {
    if let weightDecay {
      require(weightDecay, "ParameterGroup: the weight decay", in: 0..<Float.infinity)
    }
    self.contains = contains
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }

  /// The parameters of fewer than two axes, which are biases and the gains of normalisations,
  /// without weight decay.
  public static var undecayedVectors: ParameterGroup {
    ParameterGroup(where: { _, parameter in parameter.shape.rank < 2 }, weightDecay: 0)
  }
}
