import Tensors

/// ½λ · Σ w² over the parameters of a model, to be added to its loss (ridge, weight decay).
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(of: model) {
///   crossEntropy(model(images), labels) + l2Penalty(1e-4, of: model) { $0.hasSuffix("weight") }
/// }
/// ```
///
/// Its gradient by each parameter is λw. For Adam and its relatives this is not the same as the
/// optimizer's own weight decay (Loshchilov, Hutter 2019).
///
/// - Parameters:
///   - strength: λ, at least 0.
///   - model: Whose parameters count, each once.
///   - isPenalized: Whether a parameter of that name counts; by default all do.
/// - Returns: `[]`.
public func l2Penalty(
  _ strength: Float, of model: some Layer, where isPenalized: (String) -> Bool = { _ in true }
) -> Tensor {
  penalty("l2Penalty", strength / 2, model, isPenalized) { ($0 * $0).sum() }
}

/// λ · Σ |w| over the parameters of a model, to be added to its loss (lasso, Tibshirani 1996).
///
/// Its gradient by each parameter is λ · sign w, 0 at 0.
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(of: model) {
///   crossEntropy(model(images), labels) + l1Penalty(1e-4, of: model)
/// }
/// ```
///
/// - Parameters:
///   - strength: λ, at least 0.
///   - model: Whose parameters count, each once.
///   - isPenalized: Whether a parameter of that name counts; by default all do.
/// - Returns: `[]`.
public func l1Penalty(
  _ strength: Float, of model: some Layer, where isPenalized: (String) -> Bool = { _ in true }
) -> Tensor {
  penalty("l1Penalty", strength, model, isPenalized) { $0.abs().sum() }
}

private func penalty(
  _ name: StaticString, _ factor: Float, _ model: some Layer, _ isPenalized: (String) -> Bool,
  _ size: (Tensor) -> Tensor
) -> Tensor {
  guard factor >= 0 else { misuse("\(name): the strength is negative") }
  let sizes = model.namedParameters.filter { isPenalized($0.name) }
    .map { size($0.parameter.value) }
  guard let first = sizes.first else { misuse("\(name): the model has no such parameters") }
  return sizes.dropFirst().reduce(first, +) * factor
}
