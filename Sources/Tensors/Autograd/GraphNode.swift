import Backends

/// How a tensor came about: from which tensors, and how a gradient by it becomes gradients by them.
final class GraphNode: Sendable {
  /// For each operand, how it came about; nil where nothing differentiable led to it.
  let inputs: [GraphNode?]
  private let backward: Backward

  /// The vector–Jacobian product: from the gradient by the result to that by each operand; nil
  /// where there is none to pass on.
  private enum Backward {
    case ofGradient(@Sendable (Tensor) -> [Tensor?])
    /// Some are simplest in terms of the result, which is then kept.
    case ofGradientAndResult(StridedArray, Device, @Sendable (Tensor, Tensor) -> [Tensor?])
  }

  init(_ inputs: [GraphNode?], vjp: @escaping @Sendable (Tensor) -> [Tensor?]) {
    self.inputs = inputs
    backward = .ofGradient(vjp)
  }

  init(
    _ inputs: [GraphNode?], keeping result: StridedArray, on device: Device,
    vjp: @escaping @Sendable (Tensor, Tensor) -> [Tensor?]
  ) {
    self.inputs = inputs
    backward = .ofGradientAndResult(result, device, vjp)
  }

  /// The gradient by each operand, from that by the result.
  func vjp(_ gradient: Tensor) -> [Tensor?] {
    switch backward {
    case .ofGradient(let vjp): vjp(gradient)
    case .ofGradientAndResult(let array, let device, let vjp):
      // The node is joined to the result only here: held by the closure, it would hold itself.
      vjp(gradient, Tensor(array, on: device, node: Recording.isOn ? self : nil))
    }
  }
}

/// Whether operations record how their results came about.
enum Recording {
  @TaskLocal static var isOn = true
  /// How many `valueAndGradient` enclose the program; the backward pass of an inner one is itself
  /// recorded for the outer.
  @TaskLocal static var depth = 0
}

extension Tensor {
  /// The result of an operation, with the way back from the gradient by it to that by each operand.
  static func result(
    _ array: StridedArray, of operands: [Tensor],
    vjp: @escaping @Sendable (_ gradient: Tensor) -> [Tensor?]
  ) -> Tensor {
    recorded(array, operands) { GraphNode($0, vjp: vjp) }
  }

  /// The result of an operation whose way back also needs the result.
  static func result(
    _ array: StridedArray, of operands: [Tensor],
    vjp: @escaping @Sendable (_ gradient: Tensor, _ result: Tensor) -> [Tensor?]
  ) -> Tensor {
    let device = operands[0].device
    return recorded(array, operands) { GraphNode($0, keeping: array, on: device, vjp: vjp) }
  }

  /// The result of an operation of which no gradient is known.
  static func result(
    _ array: StridedArray, of operands: [Tensor], withoutGradient name: String
  ) -> Tensor {
    result(array, of: operands) { (_: Tensor) in
      misuse(
        "\(name): there is no gradient of this operation; where none is wanted, "
          + "use stopGradient()")
    }
  }

  /// The same numbers, taken as constants by gradients.
  public func stopGradient() -> Tensor { Tensor(array, on: device) }

  /// The tensor where the gradient by another operand needs it, otherwise nil: what the way back
  /// does not hold is free when the way forward is done with it.
  func kept(for other: Tensor) -> Tensor? { other.node == nil ? nil : self }

  private static func recorded(
    _ array: StridedArray, _ operands: [Tensor], _ makeNode: ([GraphNode?]) -> GraphNode
  ) -> Tensor {
    let isRecorded = Recording.isOn && operands.contains { $0.node != nil }
    return Tensor(
      array, on: operands[0].device, node: isRecorded ? makeNode(operands.map(\.node)) : nil)
  }
}
