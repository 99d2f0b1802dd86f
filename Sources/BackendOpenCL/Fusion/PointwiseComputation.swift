import Backends

/// A pointwise operation that was called for: what is needed to carry it out, any time later.
struct PointwiseComputation: Sendable {
  let expression: PointwiseExpression
  let scalars: [Double]
  /// In the shape of the result.
  let inputs: [StridedArray]
  let shape: Shape
  /// What it is at most together with the deferred computations it takes over.
  let size: FusedSize

  /// A computation of which some inputs may be deferred, each of the size given or nil.
  init(
    _ expression: PointwiseExpression, scalars: [Double], _ inputs: [StridedArray], shape: Shape,
    deferred: [FusedSize?]
  ) {
    self.expression = expression
    self.scalars = scalars
    self.inputs = inputs
    self.shape = shape
    size = deferred.reduce(into: FusedSize(of: expression)) { size, input in
      if let input { size.takeOver(input) } else { size.inputs += 1 }
    }
  }

  /// Whether it reads what a producer is still to give.
  var readsProducer: Bool { inputs.contains(where: \.deviceStorage.isWaiting) }

  /// Says to what it reads that it is deferred to a storage.
  func addReader(_ reader: OpenCLStorage) {
    for input in inputs { input.deviceStorage.add(reader: reader) }
  }

  /// Whether computing it for each use is no slower than keeping the result.
  var mayBeRepeated: Bool {
    guard size.effort < .high else { return false }
    return inputs.count { !$0.layout.repeatsElements } <= PointwiseFusion.mostInputsToRepeat
  }
}

/// How large an expression is, or would become.
struct FusedSize: Sendable {
  var instructions: Int
  var inputs = 0
  var scalars: Int
  /// Of the costliest step.
  var effort: Effort
  /// How many steps of high effort there are, and how many of them were taken over.
  private var costlySteps: Int
  private var costlyStepsTaken = 0

  init(of expression: PointwiseExpression) {
    instructions = expression.instructions.count
    scalars = expression.scalarCount
    effort = expression.effort
    costlySteps = expression.instructions.count { $0.effort == .high }
  }

  /// Whether a kernel of this size is still a good one.
  var isWithinLimits: Bool {
    instructions <= PointwiseFusion.mostInstructions && inputs <= PointwiseFusion.mostInputs
      && scalars <= PointwiseFusion.mostScalars
      && (costlyStepsTaken == 0 || costlySteps <= PointwiseFusion.mostCostlySteps)
  }

  mutating func takeOver(_ other: FusedSize) {
    instructions += other.instructions
    inputs += other.inputs
    scalars += other.scalars
    effort = max(effort, other.effort)
    costlySteps += other.costlySteps
    costlyStepsTaken += other.costlySteps
  }
}

extension PointwiseExpression {
  /// The effort of the costliest step.
  var effort: Effort { instructions.lazy.map(\.effort).max() ?? .low }
}

extension PointwiseExpression.Instruction {
  /// The effort of the step's function.
  var effort: Effort {
    switch self {
    case .input, .scalar, .constant, .select, .cast: .low
    case .unary(let function, _): function.effort
    case .binary(let function, _, _): function.effort
    }
  }
}

extension UnaryOperator {
  fileprivate var effort: Effort {
    switch self {
    case .negate, .abs, .floor, .round: .low
    case .sqrt: .moderate
    case .exp, .log, .sigmoid, .tanh, .expm1, .log1p, .sin, .cos, .erf, .erfc: .high
    }
  }
}

extension BinaryOperator {
  fileprivate var effort: Effort {
    switch self {
    case .divide: .moderate
    case .power: .high
    default: .low
    }
  }
}

extension Layout {
  /// Whether elements of the memory appear several times.
  var repeatsElements: Bool { shape.indices.contains { shape[$0] > 1 && stride($0) == 0 } }
}
