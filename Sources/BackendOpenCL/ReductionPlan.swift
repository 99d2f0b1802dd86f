import Backends

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

  /// Whether a position, or the number of elements, exceeds 32 bits.
  private(set) var needsLongIndices: Bool

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
    needsLongIndices = layout.needsLongReductionIndices
  }

  private init(kept: Axis, reduced: Axis) {
    start = 0
    self.kept = ((1, 1), kept)
    self.reduced = ((1, 1), reduced)
    needsLongIndices = false
    needsLongIndices = layout.needsLongReductionIndices
  }

  /// The space of the parts that a reduction of this one left.
  func ofParts(_ parts: Int, areColumns: Bool) -> ReductionSpace {
    areColumns
      ? ReductionSpace(kept: (outputs, 1), reduced: (parts, outputs))
      : ReductionSpace(kept: (outputs, parts), reduced: (parts, 1))
  }

  /// The four axes as a layout of the array's memory, the kept ones first.
  var layout: Layout {
    let axes = [kept.0, kept.1, reduced.0, reduced.1]
    return Layout(Shape(axes.map(\.extent)), strides: axes.map(\.stride), offset: start)
  }
}

extension Layout {
  /// Whether a position, or the number of elements, is too large for 32-bit arithmetic with room for
  /// padding.
  var needsLongReductionIndices: Bool {
    max(bounds?.upperBound ?? 0, shape.count) > Int(Int32.max) - (1 << 20)
  }
}

/// Which kernel reduces a space, and in how many parts.
struct ReductionPlan {
  enum Kernel: String {
    case rows = "REDUCE_ROWS"
    case columns = "REDUCE_COLUMNS"
    case argMax = "ARGMAX"
  }

  let kernel: Kernel
  /// How many reduced places a part has.
  let chunk: Int
  let parts: Int
  let workItems: Int
  let groupSize: Int
  let vectorWidth: Int

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

  /// The axis of the space's layout along which neighbours are computed together.
  var vectorAxis: Int { kernel == .columns ? 1 : 3 }

  private static func divide(
    _ count: Int, tasks: Int, busy: Int, limits: ClosedRange<Int>
  ) -> (chunk: Int, parts: Int) {
    let wanted = max((busy + tasks - 1) / tasks, 1)
    let chunk = min(max((count + wanted - 1) / wanted, limits.lowerBound), limits.upperBound)
    return (chunk, max((count + chunk - 1) / chunk, 1))
  }
}
