import Backends

/// What to choose for shapes on one device.
package struct ChoiceTable: Sendable {
  private var exact: [TunedShape: Choice] = [:]
  private var classes: [TunedShape: Choice] = [:]
  /// The numbers that CLBlast is to work by; nil where nothing is known.
  package var library: LibraryParameters?

  /// A table that chooses nothing.
  package init() {}

  /// What to choose for a shape: what was found for just that one, or for its class.
  package subscript(shape: TunedShape) -> Choice? { exact[shape] ?? classes[shape.rounded] }

  /// Adds a choice for a shape, or for the class it belongs to.
  package mutating func add(_ choice: Choice, for shape: TunedShape, isClass: Bool) {
    if isClass { classes[shape.rounded] = choice } else { exact[shape] = choice }
  }

  /// Every choice for an operation, each once, in an order that is always the same.
  package func choices(of operation: TunedOperation) -> [Choice] {
    let all = [exact, classes].flatMap { $0.filter { $0.key.operation == operation }.values }
    return Set(all).sorted { $0.description < $1.description }
  }
}
