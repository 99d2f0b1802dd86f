import Backends
import OpenCL

extension OpenCLBackend {
  /// Searches each row.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func topK(
    _ input: StridedArray, largest: Bool, to values: StridedArray, indices: StridedArray
  ) throws {
    guard values.count > 0 else { return }
    let rows = input.shape[0]
    let groupSize = min(largestGroup, device.maxWorkGroupSize)
    let options = "-DLARGEST=\(largest ? 1 : 0) -DGROUP=\(groupSize)"
    let arrays = try [input.argument, values.resultArgument, indices.resultArgument]
    let extents = extents("topK", input, values)
    switch kernelStyle {
    case .cpu:
      try launch(
        try kernel("topKByInsertion", in: "ranking", options: options), global: WorkSize(rows),
        local: 4, arrays + [.uint64(UInt64(rows))] + extents)
    case .gpu:
      try launch(
        try kernel("topKBySelection", in: "ranking", options: options),
        global: WorkSize(rows * groupSize), local: WorkSize(groupSize), arrays + extents)
    }
  }

  /// Writes each gradient at its index.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued.
  public func topKGradient(
    _ gradient: StridedArray, indices: StridedArray, to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    try fillWithZeros(result)
    guard gradient.count > 0 else { return }
    try launch(
      try kernel("topKGradient", in: "ranking", options: "-DLARGEST=1 -DGROUP=1"),
      global: WorkSize(gradient.count), local: 64,
      [
        gradient.argument, indices.argument, result.resultArgument, .uint64(UInt64(gradient.count)),
      ] + extents("topKGradient", result, gradient))
  }

  /// The lengths of the rows and of what is chosen from them, as the kernels take them.
  private func extents(
    _ operation: String, _ rows: StridedArray, _ chosen: StridedArray
  ) -> [KernelArgument] {
    guard let length = Int32(exactly: rows.shape[1]) else {
      misuse("\(operation): rows \(rows.shape) have more than 2³¹ − 1 elements")
    }
    return [.int32(length), .int32(Int32(chosen.shape[1]))]
  }
}

/// The work-items that search a row together; a power of 2.
private let largestGroup = 128
