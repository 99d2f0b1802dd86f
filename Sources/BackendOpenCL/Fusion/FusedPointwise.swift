import Backends
import OpenCL

/// A pointwise computation together with the deferred ones it takes over, as one expression.
struct FusedPointwise {
  let expression: PointwiseExpression
  let scalars: [Double]
  /// In memory, in the shape of the result.
  let inputs: [StridedArray]

  /// Takes over whatever is deferred among the inputs and can be read the way they are.
  ///
  /// - Parameter vectorAxis: The axis along which neighbours are computed together.
  /// - Throws: `OpenCLError` where what has to be computed first cannot be.
  init(_ computation: PointwiseComputation, vectorAxis: Int?) throws(OpenCLError) {
    if computation.inputs.allSatisfy({ $0.deviceStorage.deferred == nil }) {
      expression = computation.expression
      scalars = computation.scalars
      inputs = computation.inputs
    } else {
      var builder = FusedExpressionBuilder(vectorAxis: vectorAxis)
      let last = try builder.add(computation, computation.inputs)
      expression = builder.expression(endingWith: last)
      scalars = builder.scalars
      inputs = builder.inputs
    }
  }

  /// An array of any layout, as the expression that computes its elements.
  init(reading array: StridedArray, vectorAxis: Int?) throws(OpenCLError) {
    let computation = PointwiseComputation(
      identity, scalars: [], [array], shape: array.shape, deferred: [nil])
    try self.init(computation, vectorAxis: vectorAxis)
  }
}

private let identity = PointwiseExpression(.float32) { $0.input(0) }

/// Strings the steps of computations together; equal steps become one.
private struct FusedExpressionBuilder {
  /// A way to read a storage.
  private struct Reading: Hashable {
    let storage: ObjectIdentifier
    let layout: Layout
  }

  private typealias Instruction = PointwiseExpression.Instruction

  private(set) var scalars: [Double] = []
  private(set) var inputs: [StridedArray] = []
  private var instructions: [Instruction] = []
  private var dtypes: [DType] = []
  private var positions: [Instruction: Int] = [:]
  private var readings: [Reading: Int] = [:]
  private let vectorAxis: Int?

  init(vectorAxis: Int?) { self.vectorAxis = vectorAxis }

  func expression(endingWith last: Int) -> PointwiseExpression {
    var (instructions, dtypes) = (instructions, dtypes)
    if last != instructions.count - 1 {
      instructions.append(.cast(last))
      dtypes.append(dtypes[last])
    }
    return PointwiseExpression(
      instructions: instructions, dtypes: dtypes, inputDTypes: inputs.map(\.dtype),
      scalarCount: scalars.count)
  }

  /// Adds the steps of a computation of these inputs and returns the position of its value.
  mutating func add(
    _ computation: PointwiseComputation, _ inputs: [StridedArray]
  ) throws(OpenCLError) -> Int {
    var operands: [Int] = []
    for input in inputs { operands.append(try value(of: input)) }
    let firstScalar = scalars.count
    scalars += computation.scalars
    let expression = computation.expression
    var steps: [Int] = []
    for (instruction, dtype) in zip(expression.instructions, expression.dtypes) {
      let position =
        switch instruction {
        case .input(let number): operands[number]
        case .scalar(let number): add(.scalar(firstScalar + number), dtype)
        case .constant: add(instruction, dtype)
        case .unary(let function, let x): add(.unary(function, steps[x]), dtype)
        case .binary(let function, let x, let y):
          add(.binary(function, steps[x], steps[y]), dtype)
        case .select(let mask, let x, let y): add(.select(steps[mask], steps[x], steps[y]), dtype)
        case .cast(let x): add(.cast(steps[x]), dtype)
        }
      steps.append(position)
    }
    return steps[steps.count - 1]
  }

  /// The position of an array's elements.
  private mutating func value(of array: StridedArray) throws(OpenCLError) -> Int {
    let reading = Reading(storage: ObjectIdentifier(array.storage), layout: array.layout)
    if let position = readings[reading] { return position }
    let position: Int
    if let computation = array.deviceStorage.deferred,
      let inputs = inputs(of: computation, through: array.layout)
    {
      position = try add(computation, inputs)
    } else {
      // Computed now where it is deferred, as a kernel cannot wait for another; what is waiting may
      // still end with this expression.
      if !array.deviceStorage.isWaiting { _ = try array.deviceBuffer }
      inputs.append(array)
      position = add(.input(inputs.count - 1), array.dtype)
    }
    readings[reading] = position
    return position
  }

  /// The inputs of a computation in the layouts that lead to its elements in a view of the result;
  /// nil where there are none, or where the elements are better computed once.
  private func inputs(
    of computation: PointwiseComputation, through view: Layout
  ) -> [StridedArray]? {
    if view.repeatsElements {
      let isShared = vectorAxis.map { view.stride($0) == 0 } ?? true
      guard computation.size.effort < (isShared ? .high : .moderate) else { return nil }
    }
    var inputs: [StridedArray] = []
    for input in computation.inputs {
      guard let layout = view.composed(with: input.layout) else { return nil }
      inputs.append(input.with(layout))
    }
    return inputs
  }

  private mutating func add(_ instruction: Instruction, _ dtype: DType) -> Int {
    // Zeros of either sign are equal, but not the same.
    let isShared = if case .constant = instruction { false } else { true }
    if isShared, let position = positions[instruction] { return position }
    instructions.append(instruction)
    dtypes.append(dtype)
    if isShared { positions[instruction] = instructions.count - 1 }
    return instructions.count - 1
  }
}
