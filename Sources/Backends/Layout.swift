/// How a shape lies in memory: element `(i, j, …)` is at `offset + i·strides[0] + j·strides[1] + …`.
///
/// Offsets and strides count elements. A stride of 0 repeats an element along an axis, which is
/// how broadcasting costs nothing; a negative stride walks backwards.
public struct Layout: Hashable, Sendable {
  /// The extents.
  public private(set) var shape: Shape
  /// Where the first element lies.
  public private(set) var offset: Int

  private var steps: SIMD8<Int>

  /// The layout of a shape without gaps, last axis fastest (row-major).
  public init(_ shape: Shape, offset: Int = 0) {
    self.shape = shape
    self.offset = offset
    steps = SIMD8(repeating: 0)
    var step = 1
    for axis in shape.indices.reversed() {
      steps[axis] = step
      step *= shape[axis]
    }
  }

  /// A layout of given strides, one for each axis.
  public init(_ shape: Shape, strides: some Sequence<Int>, offset: Int) {
    self.shape = shape
    self.offset = offset
    steps = SIMD8(repeating: 0)
    for (axis, stride) in strides.enumerated() { steps[axis] = stride }
  }

  /// The distance between neighbours along an axis, in elements; negative axes count from the last.
  public func stride(_ axis: Int) -> Int { steps[shape.normalized(axis)] }

  /// The strides of all axes.
  public var strides: [Int] { shape.indices.map { steps[$0] } }

  /// Whether the elements follow each other without gaps in row-major order, at any offset.
  public var isContiguous: Bool {
    if shape.count == 0 { return true }
    var expected = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      guard steps[axis] == expected else { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// Whether the layout is contiguous and starts at the first element of its memory.
  public var isDense: Bool { offset == 0 && isContiguous }

  /// The lowest and highest element touched, or nil for an empty shape.
  public var bounds: ClosedRange<Int>? {
    if shape.count == 0 { return nil }
    var low = offset
    var high = offset
    for axis in shape.indices {
      let reach = (shape[axis] - 1) * steps[axis]
      if reach < 0 { low += reach } else { high += reach }
    }
    return low...high
  }
}

extension Layout {
  /// The same elements with axes in another order: axis `i` of the result is axis `axes[i]`.
  public func permuted(_ axes: [Int]) -> Layout {
    let order = axes.map(shape.normalized)
    guard Set(order).count == shape.rank, order.count == shape.rank else {
      misuse("permute: \(axes) is not an order of the axes of shape \(shape)")
    }
    return Layout(
      Shape(order.map { shape[$0] }), strides: order.map { steps[$0] }, offset: offset)
  }

  /// The same elements walked backwards along some axes.
  public func flipped(_ axes: AxisSet) -> Layout {
    var result = self
    for axis in shape.indices where axes.contains(axis) && shape[axis] > 0 {
      result.offset += (shape[axis] - 1) * steps[axis]
      result.steps[axis] = -steps[axis]
    }
    return result
  }

  /// The layout that repeats elements to fill a larger shape, or nil where the shapes do not fit.
  public func broadcast(to target: Shape) -> Layout? {
    let added = target.rank - shape.rank
    guard added >= 0 else { return nil }
    var strides = SIMD8(repeating: 0)
    for axis in shape.indices {
      let extent = shape[axis]
      if extent == target[axis + added] {
        strides[axis + added] = steps[axis]
      } else if extent != 1 {
        return nil
      }
    }
    return Layout(target, strides: target.indices.map { strides[$0] }, offset: offset)
  }

  /// The elements whose index along an axis is in the range.
  public func sliced(_ axis: Int, _ range: Range<Int>) -> Layout {
    let axis = shape.normalized(axis)
    guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
      misuse("slice: \(range) is outside axis \(axis) of shape \(shape)")
    }
    var result = self
    result.shape[axis] = range.count
    if !range.isEmpty { result.offset += range.lowerBound * steps[axis] }
    return result
  }

  /// The same elements under another shape of as many, or nil where that needs a copy.
  public func reshaped(to target: Shape) -> Layout? {
    guard target.count == shape.count else { return nil }
    if isContiguous { return Layout(target, offset: offset) }
    var strides = SIMD8(repeating: 0)
    var source = collapsed()
    // Split each run of the collapsed source among the target's axes, innermost first.
    for axis in target.indices.reversed() where target[axis] != 1 {
      while let last = source.last, last.extent == 1 { source.removeLast() }
      guard let run = source.last, run.extent % target[axis] == 0 else { return nil }
      strides[axis] = run.stride
      source[source.count - 1] = (run.extent / target[axis], run.stride * target[axis])
    }
    return Layout(target, strides: target.indices.map { strides[$0] }, offset: offset)
  }

  /// The axes with neighbours merged where one stride walks through both; axes of extent 1 are
  /// dropped.
  package func collapsed() -> [(extent: Int, stride: Int)] {
    var runs: [(extent: Int, stride: Int)] = []
    for axis in shape.indices where shape[axis] != 1 {
      if let last = runs.last, last.stride == steps[axis] * shape[axis] {
        runs[runs.count - 1] = (last.extent * shape[axis], steps[axis])
      } else {
        runs.append((shape[axis], steps[axis]))
      }
    }
    return runs
  }

  /// Calls the body with the memory index of each element, in row-major order.
  package func forEachIndex(_ body: (Int) -> Void) {
    let count = shape.count
    var position = SIMD8(repeating: 0)
    var index = offset
    for _ in 0..<count {
      body(index)
      var axis = shape.rank - 1
      while axis >= 0 {
        position[axis] += 1
        index += steps[axis]
        if position[axis] < shape[axis] { break }
        index -= steps[axis] * shape[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }
}
