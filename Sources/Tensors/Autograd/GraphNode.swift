import Backends

/// How a tensor came about: from which tensors, and how a gradient by it becomes gradients by them.
final class GraphNode: Sendable {
  /// For each operand, how it came about; nil where nothing differentiable led to it.
  let inputs: [GraphNode?]
  /// The vector–Jacobian product: from the gradient by the result to that by each operand; nil
  /// where there is none to pass on.
  let vjp: @Sendable (Tensor) -> [Tensor?]

  init(_ inputs: [GraphNode?], vjp: @escaping @Sendable (Tensor) -> [Tensor?]) {
    self.inputs = inputs
    self.vjp = vjp
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
  /// The result of an operation, with the way back.
  ///
  /// - Parameter vjp: From the gradient by the result, and the result itself, to the gradient by
  ///   each operand.
  static func result(
    _ array: StridedArray, of operands: [Tensor],
    vjp: @escaping @Sendable (_ gradient: Tensor, _ result: Tensor) -> [Tensor?]
  ) -> Tensor {
    let device = operands[0].device
    guard Recording.isOn, operands.contains(where: { $0.node != nil }) else {
      return Tensor(array, on: device)
    }
    // Without its node, lest the result hold itself.
    let result = Tensor(array, on: device)
    let node = GraphNode(operands.map(\.node)) { gradient in vjp(gradient, result) }
    return Tensor(array, on: device, node: node)
  }

  /// The result of an operation of which no gradient is known.
  static func result(
    _ array: StridedArray, of operands: [Tensor], withoutGradient name: String
  ) -> Tensor {
    result(array, of: operands) { _, _ in
      misuse(
        "\(name): there is no gradient of this operation; where none is wanted, "
          + "use stopGradient()")
    }
  }

  /// The same numbers, taken as constants by gradients.
  public func stopGradient() -> Tensor { Tensor(array, on: device) }
}
