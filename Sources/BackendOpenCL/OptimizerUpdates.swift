import Backends
import OpenCL

extension OpenCLBackend {
  /// Changes as many parameters with each kernel as its arguments can name; LAMB needs four launches
  /// or more for each parameter, for the norms.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for LAMB's
  ///   direction is missing.
  public func update(_ parameters: [ParameterUpdate], by rule: UpdateRule) throws {
    // A step ends here: what it left deferred, such as clipped gradients and running statistics, is
    // computed together.
    try computeDeferred()
    let parameters = parameters.filter { $0.parameter.count > 0 }
    if case .lamb(let step) = rule {
      for parameter in parameters { try update(parameter.arrays, by: step) }
    } else {
      let sets = parameters.map(\.arrays)
      let roles: [UpdateSource.Role] = [.changed, .read] + rule.stateNames.map { _ in .changed }
      try update(sets, roles, by: rule.step)
    }
  }

  /// The direction and its length first, then the step along it.
  private func update(_ arrays: [StridedArray], by step: LAMBStep) throws {
    let parameter = arrays[0]
    let direction = try temporary(parameter.shape)
    try update(
      [arrays + [direction]], [.changed, .read, .changed, .changed, .changed], by: step)
    try launch(
      "lamb_move", [], [step.learningRate], [.changed, .read, .number, .number],
      [[parameter, direction, sumOfSquares(parameter), sumOfSquares(direction)]])
  }

  private func sumOfSquares(_ array: StridedArray) throws -> StridedArray {
    let squares = try temporary(array.shape)
    try pointwise(square, scalars: [], [array], to: squares)
    let sum = try temporary([])
    let flat = squares.with(Layout([squares.count]))
    try reduce(.sum, flat, over: AxisSet([0], of: flat.shape), to: sum.with(Layout([1])))
    return sum
  }

  private func update(
    _ sets: [[StridedArray]], _ roles: [UpdateSource.Role], by step: some UpdateStep
  ) throws {
    let capacity = UpdateSource.capacity(
      numbers: step.numbers.count, arrays: roles.count, bytes: device.maxParameterBytes)
    for first in stride(from: 0, to: sets.count, by: capacity) {
      try launch(
        type(of: step).name, step.variants, step.numbers, roles,
        Array(sets[first..<min(first + capacity, sets.count)]))
    }
  }

  /// Queues one kernel for all of the sets, whose first arrays have the elements that are counted.
  private func launch(
    _ rule: String, _ variants: [String], _ numbers: [Float], _ roles: [UpdateSource.Role],
    _ sets: [[StridedArray]]
  ) throws {
    let source = UpdateSource(
      rule: rule, variants: variants, numbers: numbers.count, roles: roles, sets: sets.count,
      style: kernelStyle, vectorWidth: pointwiseVectorWidth)
    let kernel = try updateKernels.kernel(source, kernels)
    // What is to be changed first, as what is read may have been deferred and read that.
    let changed = try sets.map { arrays in
      try zip(arrays, roles).map { $1 == .changed ? try $0.resultArgument : nil }
    }
    let arguments = try zip(sets, changed).map { arrays, changed in
      let arrayArguments = try zip(arrays, changed).map { try $1 ?? $0.argument }
      let count = arrays[0].count
      return ([.uint64(UInt64(count))] + arrayArguments, source.groups(elements: count))
    }
    try launch(
      kernel, global: WorkSize(arguments.reduce(0) { $0 + $1.1 } * source.groupSize),
      local: WorkSize(source.groupSize),
      numbers.map { .float32($0) } + ArgumentSets.arguments(arguments))
  }
}

private let square = PointwiseExpression(.float32) { $0.input(0) * $0.input(0) }
