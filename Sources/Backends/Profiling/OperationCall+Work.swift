// What operations consist of, from their definitions.

extension OperationCall {
  /// An elementwise operation: an operation for each function in the expression, for each element.
  package static func pointwise(
    _ expression: PointwiseExpression, _ inputs: [StridedArray], to result: StridedArray
  ) -> OperationCall {
    OperationCall(
      expression.operationName, inputs, to: [result],
      operations: expression.operationCount * result.count)
  }

  /// A convolution or one of its gradients: for each element of the result, or of the gradient by it,
  /// a product and an addition for each tap of the filter and each channel of the group.
  static func convolution(
    _ pass: String, _ operands: [StridedArray?], _ filter: Shape, gradient: Shape,
    plus additions: Int = 0, to result: StridedArray
  ) -> OperationCall {
    OperationCall(
      "convolution \(pass)", operands, to: [result],
      operations: 2 * gradient.count * filter.dropFirst().reduce(1, *) + additions)
  }

  /// A step of an optimizer, which reads and writes parameters and their state.
  package static func update(_ parameters: [ParameterUpdate], by rule: UpdateRule) -> OperationCall
  {
    let gradients = parameters.map(\.gradient)
    let changed = parameters.flatMap { [$0.parameter] + $0.state }
    let count = parameters.reduce(0) { $0 + $1.parameter.count }
    return OperationCall(
      "\(type(of: rule.step).name) update", gradients + changed, to: parameters.map(\.parameter),
      Work(operations: rule.operationsPerElement * count, on: gradients + changed + changed))
  }
}

extension PointwiseExpression {
  /// What profiles call it.
  fileprivate var operationName: String {
    switch instructions[instructions.count - 1] {
    case .input: "copy"
    case .constant, .scalar: "fill with \(self)"
    default: "pointwise \(self)"
    }
  }

  /// The functions of float32 numbers in it.
  var operationCount: Int {
    zip(instructions, dtypes).count { instruction, dtype in
      switch instruction {
      case .unary: dtype == .float32
      case .binary(_, let operand, _): dtypes[operand] == .float32
      case .input, .scalar, .constant, .select, .cast: false
      }
    }
  }
}

extension UpdateRule {
  /// Operations on each element, counted in the formulas of the steps, with weight decay.
  var operationsPerElement: Int {
    let decay = 2
    return switch self {
    case .sgd(let step): decay + 2 + (step.momentum == 0 ? 0 : 2) + (step.nesterov ? 2 : 0)
    case .adagrad: decay + 7
    case .rmsprop: decay + 9
    case .adadelta: decay + 16
    case .adam(let step): decay + 14 + (step.amsgrad ? 1 : 0)
    case .adamax: decay + 10
    case .nadam, .radam: decay + 15
    case .lion: decay + 9
    // Adam's, and the norms and the ratio.
    case .lamb: decay + 14 + 5
    }
  }
}

extension Pooling {
  /// The elements of all windows together.
  func elementCount(images: Shape, result: Shape) -> Int {
    let (vertical, horizontal) = sides(images: images, result: result)
    return result[0] * result[1] * vertical.elementCount * horizontal.elementCount
  }
}

extension PoolingSide {
  fileprivate var elementCount: Int { (0..<outputs).reduce(0) { $0 + covered($1).count } }
}

extension Upsampling {
  /// Nothing for the nearest pixel; three interpolations, each of a difference, a product and a sum.
  var operationsPerPixel: Int { mode == .nearest ? 0 : 9 }
}

extension RecurrentCell {
  /// The products with the state and the arithmetic of the gates, over a whole sequence.
  func operations(states: Shape) -> Int {
    let extents = RecurrentExtents(states: states)
    let products = 2 * gateCount * extents.units
    return extents.steps * extents.batch * extents.units * (products + gateOperations)
  }

  /// The operations on a unit after the products, see the formulas of the cases.
  private var gateOperations: Int {
    switch self {
    case .rnnTanh, .rnnReLU: 2
    case .lstm: 13
    case .gru, .gruResetBefore: 12
    }
  }
}
