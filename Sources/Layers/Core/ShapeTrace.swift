import Synchronization
import Tensors

/// Notes the shapes that layers produce while a summary is made.
final class ShapeTrace: Sendable {
  /// Where in a model a shape arises.
  enum Place: Hashable {
    /// From a member of a `Sequential`.
    case member(Int, of: ObjectIdentifier)
    /// From the layer with this weight.
    case layer(weight: ObjectIdentifier)

    static func member(_ index: Int, of sequential: Sequential) -> Place {
      .member(index, of: ObjectIdentifier(sequential.identity))
    }
    static func layer(weight: Parameter) -> Place { .layer(weight: ObjectIdentifier(weight)) }
  }

  @TaskLocal private static var current: ShapeTrace?

  private let shapes = Mutex<[Place: Shape]>([:])

  /// Notes a shape where a trace is being made; the first one counts.
  static func record(_ shape: Shape, at place: @autoclosure () -> Place) {
    guard let trace = current else { return }
    let place = place()
    trace.shapes.withLock { shapes in
      if shapes[place] == nil { shapes[place] = shape }
    }
  }

  /// Runs the body and notes the shapes that arise in it.
  func record(_ body: () -> Void) { ShapeTrace.$current.withValue(self, operation: body) }

  /// The shape noted at a place.
  subscript(place: Place) -> Shape? { shapes.withLock { $0[place] } }
}
