import Backends

/// The axes that a result and its inputs are walked along, as few as possible.
struct PointwiseSpace {
  /// The extents, the innermost last; at least one.
  private(set) var extents: [Int] = []
  /// The strides along these, of the result and then of each input.
  private(set) var strides: [[Int]]
  /// Where each array starts.
  let offsets: [Int]
  /// Whether a position in an array, or the number of elements, exceeds 32 bits.
  let needsLongIndices: Bool

  init(result: Layout, inputs: [Layout]) {
    let layouts = [result] + inputs
    offsets = layouts.map(\.offset)
    strides = layouts.map { _ in [] }
    needsLongIndices = layouts.contains { layout in
      layout.shape.count > PointwiseSpace.farthest
        || layout.bounds.map { $0.upperBound > PointwiseSpace.farthest } ?? false
    }
    // The result's nearest neighbours innermost, whatever the order of the axes.
    let axes = result.shape.indices.filter { result.shape[$0] != 1 }
      .sorted { (abs(result.stride($0)), $1) > (abs(result.stride($1)), $0) }
    for axis in axes { append(result.shape[axis], layouts.map { $0.stride(axis) }) }
    if extents.isEmpty { append(1, layouts.map { _ in 1 }) }
  }

  /// Room is left for the padding of the global size and of the last vector.
  private static let farthest = Int(Int32.max) - (1 << 16)

  /// How many vectors cover the space, each within one row.
  func workItems(vectorWidth: Int) -> Int {
    var count = (extents[extents.count - 1] + vectorWidth - 1) / vectorWidth
    for extent in extents.dropLast() { count *= extent }
    return count
  }

  /// Adds an axis inside the last one, or makes that longer where every array walks through both
  /// with one stride.
  private mutating func append(_ extent: Int, _ steps: [Int]) {
    let last = extents.count - 1
    if last >= 0, strides.indices.allSatisfy({ strides[$0][last] == steps[$0] * extent }) {
      extents[last] *= extent
      for array in strides.indices { strides[array][last] = steps[array] }
    } else {
      extents.append(extent)
      for array in strides.indices { strides[array].append(steps[array]) }
    }
  }
}
