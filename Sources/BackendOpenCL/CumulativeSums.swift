import Backends
import OpenCL

extension OpenCLBackend {
  /// Sums chunks of each line, then the totals of the chunks, and adds those.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory for totals is
  ///   missing.
  public func cumulativeSum(
    _ input: StridedArray, axis: Int, reversed: Bool, to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    let lines = Lines(input.shape, axis, style: kernelStyle)
    let totals = try temporary([lines.outer, lines.chunks, lines.inner])
    let options = lines.options(reversed: reversed)
    try sum(lines, [input.argument, result.resultArgument, totals.argument], options)
    guard lines.chunks > 1 else { return }
    let running = try temporary(totals.shape)
    try cumulativeSum(totals, axis: 1, reversed: false, to: running)
    try launch(
      try kernel("addTotals", in: "cumulative", options: options),
      global: WorkSize(result.count), local: 64,
      [result.resultArgument, running.argument, .uint64(UInt64(result.count))] + lines.arguments)
  }

  private func sum(_ lines: Lines, _ arrays: [KernelArgument], _ options: String) throws {
    let items = lines.outer * lines.chunks * lines.inner
    if lines.areShared {
      try launch(
        try kernel("sumRows", in: "cumulative", options: options),
        global: WorkSize(items * Lines.groupSize), local: WorkSize(Lines.groupSize),
        arrays + [.uint64(UInt64(lines.length)), .uint64(UInt64(lines.chunks))])
    } else {
      try launch(
        try kernel("sumLines", in: "cumulative", options: options),
        global: WorkSize(items), local: 16,
        arrays + [.uint64(UInt64(items))] + lines.arguments)
    }
  }
}

/// The lines along an axis, see Kernels/cumulative.cl.
private struct Lines {
  let outer: Int
  let length: Int
  let inner: Int
  /// Whether a work-group sums each chunk.
  let areShared: Bool

  /// The work-items of such a group.
  static let groupSize = 256
  /// The elements of a chunk; a few for each of those work-items.
  private static let chunk = 1024
  /// From this length on a work-group is worth it.
  private static let lengthToShare = 128

  init(_ shape: Shape, _ axis: Int, style: KernelStyle) {
    let axis = shape.normalized(axis)
    length = shape[axis]
    inner = Layout(shape).stride(axis)
    outer = shape.count / (length * inner)
    areShared = style == .gpu && inner == 1 && length >= Self.lengthToShare
  }

  var chunks: Int { (length + Self.chunk - 1) / Self.chunk }

  var arguments: [KernelArgument] {
    [.uint64(UInt64(length)), .uint64(UInt64(inner)), .uint64(UInt64(chunks))]
  }

  func options(reversed: Bool) -> String {
    "-DCHUNK=\(Self.chunk) -DGROUP=\(Self.groupSize) -DREVERSED=\(reversed ? 1 : 0)"
  }
}
