import Backends

extension Tensor {
  /// The largest elements along an axis, the largest first.
  ///
  /// Of equal elements the one with the lower index comes first; NaN counts as larger than every
  /// number. Fast for a few elements; the time grows with count · length, so this is no way to sort.
  ///
  /// ```swift
  /// let (values, indices) = Tensor([3, 1, 4, 1, 5]).topK(2)
  /// values  // [5, 4]
  /// indices  // [4, 2]
  /// ```
  ///
  /// - Parameters:
  ///   - count: How many elements, from 0 to the extent of the axis.
  ///   - axis: Along which axis; negative ones count from the last.
  ///   - largest: Whether the largest or the smallest elements are wanted.
  /// - Returns: The elements, and their indices along the axis as int32; in both, `count` is the
  ///   extent of the axis. The gradient by the elements goes to where they were found.
  public func topK(
    _ count: Int, axis: Int = -1, largest: Bool = true
  ) -> (values: Tensor, indices: Tensor) {
    require(.float32, "topK")
    let axis = shape.normalized(axis)
    guard count >= 0, count <= shape[axis] else {
      misuse("topK: \(count) elements of axis \(axis) of shape \(shape)")
    }
    let rows = transposed(axis, -1)
    let (values, indices) = rows.topKOfRows(count, largest: largest)
    return (values.transposed(axis, -1), indices.transposed(axis, -1))
  }

  /// Along the last axis.
  private func topKOfRows(_ count: Int, largest: Bool) -> (values: Tensor, indices: Tensor) {
    var target = shape
    target[-1] = count
    // An empty axis leaves the number of rows open.
    let rows: Shape = [shape.dropLast().reduce(1, *), shape[-1]]
    let input = dense.reshaped(rows)
    let chosen: Shape = [rows[0], count]
    let indices = Tensor(
      Tensor.compute("topK", chosen, .int32, from: [input]) { _, _ in }, on: device)
    let array = Tensor.compute("topK", chosen, from: [input, indices]) { backend, result in
      try backend.topK(input.array, largest: largest, to: result, indices: indices.array)
    }
    let values = Tensor.result(array, of: [input]) { dy in
      [Tensor.topKGradient(dy.dense, indices, rows)]
    }
    return (values.reshaped(target), indices.reshaped(target))
  }

  private static func topKGradient(_ dy: Tensor, _ indices: Tensor, _ rows: Shape) -> Tensor {
    let array = compute("topK", rows, from: [dy, indices]) { backend, result in
      try backend.topKGradient(dy.array, indices: indices.array, to: result)
    }
    return result(array, of: [dy], withoutGradient: "the second derivative of topK")
  }
}
