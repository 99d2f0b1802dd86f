import Backends

extension Layout {
  /// Where the elements of a view come from: this layout is the view's on a dense array, whose own
  /// elements come from where `source` says.
  ///
  /// Nil where that is no layout, as an axis of the view runs across several of the source that no
  /// stride walks through together.
  func composed(with source: Layout) -> Layout? {
    if isDense, shape == source.shape { return source }
    var runs = DenseRuns(source)
    guard runs.start(at: offset) else { return nil }
    var strides: [Int] = []
    for axis in shape.indices {
      guard let stride = runs.follow(extent: shape[axis], stride: stride(axis)) else { return nil }
      strides.append(stride)
    }
    return runs.areKept ? Layout(shape, strides: strides, offset: runs.offset) : nil
  }
}

/// A dense array's positions, seen as digits: one for each run of axes that a source walks through
/// with one stride.
private struct DenseRuns {
  private struct Run {
    let extent: Int
    /// Of the dense array.
    let denseStride: Int
    /// Of the source.
    let stride: Int
    /// The lowest and highest digit that the view touches.
    var lowest = 0
    var highest = 0
  }

  /// The innermost first.
  private var runs: [Run] = []
  private let count: Int
  /// Where the view's first element comes from.
  private(set) var offset: Int

  init(_ source: Layout) {
    var denseStride = 1
    for run in source.collapsed().reversed() {
      runs.append(Run(extent: run.extent, denseStride: denseStride, stride: run.stride))
      denseStride *= run.extent
    }
    count = source.shape.count
    offset = source.offset
  }

  /// Takes the digits of the view's first element; false where that is outside.
  mutating func start(at position: Int) -> Bool {
    for index in runs.indices {
      let digit = position / runs[index].denseStride % runs[index].extent
      runs[index].lowest = digit
      runs[index].highest = digit
      offset += digit * runs[index].stride
    }
    return (0..<max(count, 1)).contains(position)
  }

  /// The source's stride along an axis of the view, or nil where the axis leaves a run.
  mutating func follow(extent: Int, stride: Int) -> Int? {
    if extent <= 1 || stride == 0 { return 0 }
    guard let index = runs.lastIndex(where: { $0.denseStride <= abs(stride) }) else { return nil }
    let run = runs[index]
    guard stride % run.denseStride == 0 else { return nil }
    let step = stride / run.denseStride
    let reach = step * (extent - 1)
    if reach < 0 { runs[index].lowest += reach } else { runs[index].highest += reach }
    return step * run.stride
  }

  /// Whether no digit carried over into another.
  var areKept: Bool { runs.allSatisfy { $0.lowest >= 0 && $0.highest < $0.extent } }
}
