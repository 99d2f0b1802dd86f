/// Why training cannot go on.
///
/// What was saved before stays as it was.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A logged number, such as the loss, was not finite in a step.
  case lossNotFinite(name: String, step: Int, value: Float)
  /// A parameter held a number that is not finite when a checkpoint was due.
  case weightsNotFinite(name: String, step: Int)

  /// One line: what happened, and what to do.
  public var description: String {
    let advice = "try a smaller learning rate; what was saved before is kept"
    switch self {
    case .lossNotFinite(let name, let step, let value):
      return "\(name) became \(value) at step \(step); \(advice)"
    case .weightsNotFinite(let name, let step):
      return "\(name) holds a number that is not finite after step \(step); \(advice)"
    }
  }
}
