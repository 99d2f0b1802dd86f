/// How much work the cases of a table are.
enum Scale: Sendable {
  /// Everything, up to arrays of a million elements.
  case full
  /// The same operations over small shapes, for simulators that interpret kernels.
  case reduced

  /// One of two choices.
  func pick<Value>(_ full: Value, reduced: Value) -> Value {
    switch self {
    case .full: full
    case .reduced: reduced
    }
  }
}
