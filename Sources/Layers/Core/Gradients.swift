import Tensors

/// The gradients of a loss by the parameters of a model.
public struct Gradients: Sendable {
  // The parameters are kept so that none of them can be mistaken for a later object.
  private let parameters: [Parameter]
  private let positions: [ObjectIdentifier: Int]

  /// Those that exist, in the order of the model's parameters.
  package let tensors: [Tensor]

  fileprivate init(_ parameters: [Parameter], _ gradients: [Tensor?]) {
    let found = zip(parameters, gradients).filter { $1 != nil }
    self.init(of: found.map(\.0), found.compactMap(\.1))
  }

  private init(of parameters: [Parameter], _ tensors: [Tensor]) {
    self.parameters = parameters
    self.tensors = tensors
    positions = Dictionary(
      parameters.enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { $1 })
  }

  /// Changes every gradient; each keeps its shape.
  package func map(_ transform: (Tensor) -> Tensor) -> Gradients {
    Gradients(of: parameters, tensors.map(transform))
  }

  /// The gradient by a parameter, of its shape; nil where the loss does not depend on it or the
  /// model does not have it.
  public subscript(parameter: Parameter) -> Tensor? {
    positions[ObjectIdentifier(parameter)].map { tensors[$0] }
  }
}

/// A loss and its gradients by the parameters of a model.
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(of: model) {
///   crossEntropy(model(images), labels)
/// }
/// optimizer.update(gradients)
/// ```
///
/// Inside, and only there, layers behave as in training: `Dropout` drops.
///
/// - Parameters:
///   - model: Whose parameters to differentiate by.
///   - loss: Computes one float32 number that depends on at least one of the parameters; anything
///     else stops the program.
public func valueAndGradient(
  of model: some Layer, _ loss: () throws -> Tensor
) rethrows -> (loss: Tensor, gradients: Gradients) {
  let parameters = model.namedParameters.map(\.parameter)
  let (value, gradients) = try differentiate(at: parameters.map(\.value)) { variables in
    var all = Parameter.variables
    for (parameter, variable) in zip(parameters, variables) {
      all[ObjectIdentifier(parameter)] = variable
    }
    return try Parameter.$variables.withValue(all) { try TrainingMode.with(true, loss) }
  }
  return (value, Gradients(parameters, gradients))
}
