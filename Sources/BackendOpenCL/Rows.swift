import Backends
import OpenCL

extension OpenCLBackend {
  /// Copies the rows.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func gatherRows(_ table: StridedArray, _ indices: StridedArray, to result: StridedArray)
    throws
  {
    guard result.count > 0 else { return }
    let columns = table.shape[1]
    try launch(
      try kernel("gatherRows", in: "rows"),
      global: WorkSize(columns, min(indices.count, mostGroups)), local: columnGroup,
      [
        table.argument, indices.argument, result.resultArgument, .uint64(UInt64(indices.count)),
        .int32(rowCount(table)), .uint64(UInt64(columns)),
      ])
  }

  /// Adds up the gradients of each row in the order of the indices.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func gatherRowsGradient(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    try fillWithZeros(result)
    guard indices.count > 0 else { return }
    switch kernelStyle {
    case .cpu: try addRows(gradient, indices, to: result)
    case .gpu: try sumLinkedRows(gradient, indices, to: result)
    }
  }

  private func addRows(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    let columns = result.shape[1]
    try launch(
      try kernel("addRows", in: "rows"),
      global: WorkSize((columns + columnsPerItem - 1) / columnsPerItem), local: 1,
      [
        gradient.argument, indices.argument, result.resultArgument, .uint64(UInt64(indices.count)),
        .int32(rowCount(result)), .uint64(UInt64(columns)),
      ])
  }

  private func sumLinkedRows(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    guard let count = Int32(exactly: indices.count) else {
      misuse("gatherRows: there are \(indices.count) indices, more than 2³¹ − 1")
    }
    let columns = result.shape[1]
    let links = try temporary([2, indices.count], .int32)
    try launch(
      try kernel("linkRows", in: "rows"), global: WorkSize(indices.count), local: 64,
      [indices.argument, links.argument, .int32(count)])
    try launch(
      try kernel("sumLinkedRows", in: "rows"),
      global: WorkSize(columns, min(indices.count, mostGroups)), local: columnGroup,
      [
        gradient.argument, indices.argument, links.argument, result.resultArgument, .int32(count),
        .int32(rowCount(result)), .uint64(UInt64(columns)),
      ])
  }

  /// The rows an index can name; all int32 can where there are more.
  private func rowCount(_ table: StridedArray) -> Int32 { Int32(clamping: table.shape[0]) }
}

/// Neighbouring columns of one row.
private let columnGroup = WorkSize(64, 1)

/// `COLUMNS` of the kernel.
private let columnsPerItem = 16
