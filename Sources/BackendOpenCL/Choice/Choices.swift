import Backends
import Synchronization

/// What a backend looks up: the user's choices, then those that the project ships.
package final class Choices: Sendable {
  private let user: ChoiceTable
  private let shipped: ChoiceTable
  private let recorded = Mutex<[TunedShape: Int]?>(nil)

  /// Makes choices of tables; by default there are none.
  package init(user: ChoiceTable = ChoiceTable(), shipped: ChoiceTable = ChoiceTable()) {
    self.user = user
    self.shipped = shipped
  }

  /// What to choose for a shape; nil where no table knows.
  package subscript(shape: TunedShape) -> Choice? { user[shape] ?? shipped[shape] }

  /// What to choose for a shape where the user has not tuned; nil where the project does not know.
  func untuned(_ shape: TunedShape) -> Choice? { shipped[shape] }

  /// The numbers that CLBlast is to work by; nil where no table knows.
  package var library: LibraryParameters? { user.library ?? shipped.library }

  /// Every choice of a table for an operation.
  func choices(of operation: TunedOperation) -> [Choice] {
    [user, shipped].flatMap { $0.choices(of: operation) }
  }

  /// Counts the shapes that are looked up while the body runs.
  func recording(_ body: () throws -> Void) rethrows -> [TunedShape: Int] {
    recorded.withLock { $0 = [:] }
    defer { recorded.withLock { $0 = nil } }
    try body()
    return recorded.withLock { $0 ?? [:] }
  }

  /// Takes note of a shape that is computed.
  fileprivate func note(_ shape: TunedShape) {
    recorded.withLock { if $0 != nil { $0?[shape, default: 0] += 1 } }
  }
}

/// What was made of choices, by shape: what is looked up at every call is made at the first.
final class ChoiceMemo<Value: Sendable>: Sendable {
  private let values = Mutex<[TunedShape: Value]>([:])

  /// The value for a shape, made of what is chosen for it.
  func value(
    for shape: TunedShape, _ choices: Choices, make: (Choice?) -> Value
  ) -> Value {
    choices.note(shape)
    return values.withLock { values in
      if let value = values[shape] { return value }
      let value = make(choices[shape])
      values[shape] = value
      return value
    }
  }
}
