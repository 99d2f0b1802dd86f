import Synchronization
import Tensors

/// The parameters and buffers that a part of a program uses.
package final class UsedCells: Sendable {
  private enum Cell {
    case parameter(Parameter)
    case buffer(Buffer)

    var tensorCell: TensorCell {
      switch self {
      case .parameter(let parameter):
        TensorCell(.init(parameter), .inPlace) { parameter.withMutableValue($0) }
      case .buffer(let buffer):
        TensorCell(.init(buffer), .byReplacement) { buffer.withMutableValue($0) }
      }
    }
  }

  @TaskLocal static var current: UsedCells?

  private let found = Mutex<[ObjectIdentifier: Cell]>([:])

  package init() {}

  /// Those found so far.
  package var cells: [TensorCell] { found.withLock { Array($0.values) }.map(\.tensorCell) }

  /// Runs the body, noting what it uses.
  package func note<Result>(in body: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: body)
  }

  func add(_ parameter: Parameter) {
    found.withLock { $0[ObjectIdentifier(parameter)] = .parameter(parameter) }
  }

  func add(_ buffer: Buffer) {
    found.withLock { $0[ObjectIdentifier(buffer)] = .buffer(buffer) }
  }
}
