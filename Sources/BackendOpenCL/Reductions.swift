import Backends
import OpenCL

extension OpenCLBackend {
  /// Reduces in one kernel, or in several where the elements are many.
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
        plan, space, input, reduction.option,
        [target.argument, .float32(plan.parts == 1 ? divisor : 1)])
      if plan.parts == 1 { return }
      input = target
      space = space.ofParts(plan.parts, areColumns: plan.kernel == .columns)
    }
  }

  /// Finds the largest of each part, and then of the parts.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for parts is
  ///   missing.
  public func argMax(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) throws {
    guard result.count > 0 else { return }
    let (input, space) = try reductionSpace(of: input, over: axes)
    let plan = ReductionPlan(argMaxFor: space, vectorWidth: reductionVectorWidth)
    let values = try temporary([space.outputs, plan.parts])
    let positions = plan.parts == 1 ? result : try temporary([space.outputs, plan.parts], .int32)
    try launch(plan, space, input, "", [values.argument, positions.argument])
    if plan.parts == 1 { return }
    let kernel = try kernel("argmax_of_parts", in: "reduce", options: plan.options(space))
    try launch(
      kernel, global: WorkSize(space.outputs), local: WorkSize(plan.groupSize),
      [
        values.argument, positions.argument, space.index(space.outputs), space.index(plan.parts),
        result.argument,
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
    _ plan: ReductionPlan, _ space: ReductionSpace, _ input: StridedArray, _ options: String,
    _ results: [KernelArgument]
  ) throws {
    let kernel = try kernel(
      plan.kernel.rawValue, in: "reduce", options: plan.options(space) + options)
    let numbers = [
      space.start, space.outputs, space.kept.1.extent, space.kept.0.stride, space.kept.1.stride,
      space.count, space.reduced.1.extent, space.reduced.0.stride, space.reduced.1.stride,
      plan.chunk, plan.parts,
    ]
    try launch(
      kernel, global: WorkSize(plan.workItems), local: WorkSize(plan.groupSize),
      [input.argument] + numbers.map(space.index) + results)
  }

  private var reductionVectorWidth: Int {
    kernelStyle == .gpu ? 1 : device.cpuVectorWidth
  }
}

extension Reduction {
  /// What tells the kernels how to combine two elements; sums are what they do without.
  fileprivate var option: String {
    switch self {
    case .sum, .mean: ""
    case .max: " -DMAXIMUM_OF"
    case .min: " -DMINIMUM_OF"
    case .product: " -DPRODUCT_OF"
    }
  }
}

/// A layout seen as two kept and two reduced axes.
struct ReductionSpace {
  typealias Axis = (extent: Int, stride: Int)

  let start: Int
  let kept: (Axis, Axis)
  let reduced: (Axis, Axis)

  /// How many places the kept axes have.
  var outputs: Int { kept.0.extent * kept.1.extent }
  /// How many places the reduced axes have.
  var count: Int { reduced.0.extent * reduced.1.extent }

  private let needsLongIndices: Bool

  /// Merges axes where one stride walks through both; nil where more than two of a kind are left.
  init?(_ layout: Layout, reducing axes: AxisSet) {
    func pair(_ axes: [Int]) -> (Axis, Axis)? {
      let part = Layout(
        Shape(axes.map { layout.shape[$0] }), strides: axes.map(layout.stride), offset: 0)
      let runs = part.collapsed()
      if runs.count > 2 { return nil }
      let one: Axis = (1, 1)
      return (runs.count == 2 ? runs[0] : one, runs.last ?? one)
    }
    guard let kept = pair(layout.shape.indices.filter { !axes.contains($0) }),
      let reduced = pair(layout.shape.indices.filter(axes.contains))
    else { return nil }
    start = layout.offset
    self.kept = kept
    self.reduced = reduced
    needsLongIndices = max(layout.bounds?.upperBound ?? 0, layout.shape.count) > farthest
  }

  private init(kept: Axis, reduced: Axis) {
    start = 0
    self.kept = ((1, 1), kept)
    self.reduced = ((1, 1), reduced)
    needsLongIndices = kept.extent * reduced.extent > farthest
  }

  /// The space of the parts that a reduction of this one left.
  func ofParts(_ parts: Int, areColumns: Bool) -> ReductionSpace {
    areColumns
      ? ReductionSpace(kept: (outputs, 1), reduced: (parts, outputs))
      : ReductionSpace(kept: (outputs, parts), reduced: (parts, 1))
  }

  /// The kernels' type of positions.
  var indexType: String { needsLongIndices ? "long" : "int" }

  /// A position as an argument of a kernel.
  func index(_ value: Int) -> KernelArgument {
    needsLongIndices ? .int64(Int64(value)) : .int32(Int32(value))
  }
}

/// The largest position that 32-bit arithmetic takes, with room for padding.
private let farthest = Int(Int32.max) - (1 << 20)

/// Which kernel reduces a space, and in how many parts.
struct ReductionPlan {
  enum Kernel: String {
    case rows = "reduce_rows"
    case columns = "reduce_columns"
    case argMax = "argmax"
  }

  let kernel: Kernel
  /// How many reduced places a part has.
  let chunk: Int
  let parts: Int
  let workItems: Int
  let groupSize: Int
  private let vectorWidth: Int

  /// Parts are small enough that a few hundred numbers are added to one accumulator, and smaller
  /// where the device would idle.
  init(for space: ReductionSpace, style: KernelStyle, vectorWidth: Int) {
    let outputsAreNeighbours = space.kept.1.stride == 1 && space.kept.1.extent >= 4
    let blocks =
      space.outputs / space.kept.1.extent
      * ((space.kept.1.extent + vectorWidth - 1) / vectorWidth)
    self.vectorWidth = vectorWidth
    if outputsAreNeighbours, space.reduced.1.stride != 1 {
      kernel = .columns
      let busy = style == .gpu ? 1 << 14 : 64
      (chunk, parts) = Self.divide(
        space.count, tasks: blocks, busy: busy, limits: style == .gpu ? 64...1024 : 256...1024)
      groupSize = style == .gpu ? 64 : 4
      workItems = blocks * parts
    } else {
      kernel = .rows
      let busy = style == .gpu ? 1 << 10 : 64
      (chunk, parts) = Self.divide(
        space.count, tasks: space.outputs, busy: busy, limits: 1024...16384)
      groupSize = style == .cpu ? 4 : space.count <= 512 ? 32 : 256
      workItems = space.outputs * parts * (style == .gpu ? groupSize : 1)
    }
  }

  /// The plan of a search, which takes one work-item for each part.
  init(argMaxFor space: ReductionSpace, vectorWidth: Int) {
    kernel = .argMax
    (chunk, parts) = Self.divide(
      space.count, tasks: space.outputs, busy: 1 << 10, limits: 256...4096)
    groupSize = 16
    workItems = space.outputs * parts
    self.vectorWidth = vectorWidth
  }

  func options(_ space: ReductionSpace) -> String {
    "-DINDEX=\(space.indexType) -DWIDTH=\(vectorWidth) -DGROUP=\(groupSize)"
  }

  private static func divide(
    _ count: Int, tasks: Int, busy: Int, limits: ClosedRange<Int>
  ) -> (chunk: Int, parts: Int) {
    let wanted = max((busy + tasks - 1) / tasks, 1)
    let chunk = min(max((count + wanted - 1) / wanted, limits.lowerBound), limits.upperBound)
    return (chunk, max((count + chunk - 1) / chunk, 1))
  }
}
