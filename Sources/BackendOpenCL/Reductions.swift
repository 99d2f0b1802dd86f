import Backends
import OpenCL

extension OpenCLBackend {
  /// Reduces in one kernel, or in several where the elements are many.
  ///
  /// A deferred input is computed as it is read.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for parts is
  ///   missing.
  public func reduce(
    _ reduction: Reduction, _ input: StridedArray, over axes: AxisSet, to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    var (input, space) = try reductionSpace(of: input, over: axes)
    let divisor: Float = reduction == .mean ? Float(space.count) : 1
    while true {
      let plan = ReductionPlan(for: space, style: kernelStyle, vectorWidth: reductionVectorWidth)
      let target = plan.parts == 1 ? result : try temporary([plan.parts, space.outputs])
      try launch(
        plan, space, input, reduction,
        [target.resultArgument, .float32(plan.parts == 1 ? divisor : 1)])
      if plan.parts == 1 { return }
      input = target
      space = space.ofParts(plan.parts, areColumns: plan.kernel == .columns)
    }
  }

  /// Finds the largest of each part, and then of the parts.
  ///
  /// A deferred input is computed as it is read.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for parts is
  ///   missing.
  public func argMax(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) throws {
    guard result.count > 0 else { return }
    let (input, space) = try reductionSpace(of: input, over: axes)
    let plan = ReductionPlan(argMaxFor: space, vectorWidth: reductionVectorWidth)
    let values = try temporary([space.outputs, plan.parts])
    let positions = plan.parts == 1 ? result : try temporary([space.outputs, plan.parts], .int32)
    try launch(plan, space, input, .max, [values.argument, positions.resultArgument])
    if plan.parts == 1 { return }
    let kernel = try kernel(
      "argmax_of_parts", in: "argmax-parts", options: "-DINDEX=long -DGROUP=\(plan.groupSize)")
    try launch(
      kernel, global: WorkSize(space.outputs), local: WorkSize(plan.groupSize),
      [
        values.argument, positions.argument, .int64(Int64(space.outputs)),
        .int64(Int64(plan.parts)), result.resultArgument,
      ])
  }

  /// The two pairs of axes the kernels walk, of a dense copy where there are more.
  private func reductionSpace(
    of input: StridedArray, over axes: AxisSet
  ) throws -> (StridedArray, ReductionSpace) {
    if let space = ReductionSpace(input.layout, reducing: axes) { return (input, space) }
    let order =
      input.shape.indices.filter { !axes.contains($0) } + input.shape.indices.filter(axes.contains)
    let copy = try densified(input.with(input.layout.permuted(order)))
    let kept = input.shape.rank - axes.count
    let reduced = AxisSet(kept..<input.shape.rank, of: copy.shape)
    guard let space = ReductionSpace(copy.layout, reducing: reduced) else {
      misuse("reduce: the dense copy of shape \(copy.shape) is not dense")
    }
    return (copy, space)
  }

  private func launch(
    _ plan: ReductionPlan, _ space: ReductionSpace, _ input: StridedArray, _ reduction: Reduction,
    _ results: [KernelArgument]
  ) throws {
    let elements = try elements(of: input.with(space.layout), vectorAxis: plan.vectorAxis)
    let layouts = elements.inputs.map(\.layout)
    let source = ReductionSource(
      kernel: plan.kernel, reduction: reduction, groupSize: plan.groupSize,
      vectorWidth: plan.vectorWidth, expression: elements.expression,
      steps: layouts.map { ElementStep(stride: $0.stride(plan.vectorAxis)) },
      needsLongIndices: space.needsLongIndices
        || layouts.contains(where: \.needsLongReductionIndices))
    var arguments: [KernelArgument] = []
    for input in elements.inputs {
      arguments.append(try input.argument)
      arguments += ([input.layout.offset] + input.layout.strides).map(source.index)
    }
    arguments += elements.expression.scalarArguments(elements.scalars)
    arguments += [
      space.outputs, space.kept.1.extent, space.count, space.reduced.1.extent, plan.chunk,
      plan.parts,
    ].map(source.index)
    try launch(
      try reductionKernels.kernel(source, kernels), global: WorkSize(plan.workItems),
      local: WorkSize(plan.groupSize), arguments + results)
  }

  /// What computes the elements of a space: what is deferred, as long as it has the same bits
  /// whether computed one by one or in vectors.
  private func elements(
    of input: StridedArray, vectorAxis: Int
  ) throws(OpenCLError) -> FusedPointwise {
    if let deferred = try input.deviceStorage.takeOver(for: nil), deferred.size.effort == .high {
      _ = try input.deviceBuffer
    }
    return try FusedPointwise(reading: input, vectorAxis: vectorAxis)
  }

  private var reductionVectorWidth: Int {
    kernelStyle == .gpu ? 1 : device.cpuVectorWidth
  }
}
