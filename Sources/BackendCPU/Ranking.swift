import Backends

extension CPUBackend {
  /// Sorts the indices of each row.
  public func topK(
    _ input: StridedArray, largest: Bool, to values: StridedArray, indices: StridedArray
  ) throws {
    expectRanking("topK", rows: input, chosen: values, indices)
    let (source, target, places) = (input.floats, values.floats, indices.integers)
    let (length, count) = (input.shape[1], values.shape[1])
    for row in 0..<input.shape[0] {
      let elements = source.baseAddress! + row * length
      let order = (0..<length).sorted { a, b in
        let (x, y) = (elements[a], elements[b])
        if precedes(x, y, largest: largest) { return true }
        return !precedes(y, x, largest: largest) && a < b
      }
      for (rank, index) in order.prefix(count).enumerated() {
        target[row * count + rank] = elements[index]
        places[row * count + rank] = Int32(index)
      }
    }
  }

  /// Writes each gradient at its index.
  public func topKGradient(
    _ gradient: StridedArray, indices: StridedArray, to result: StridedArray
  ) throws {
    expectRanking("topKGradient", rows: result, chosen: gradient, indices)
    let (source, places, target) = (gradient.floats, indices.integers, result.floats)
    let (length, count) = (result.shape[1], gradient.shape[1])
    target.update(repeating: 0)
    for row in 0..<result.shape[0] {
      for rank in row * count..<(row + 1) * count {
        target[row * length + Int(places[rank])] = source[rank]
      }
    }
  }

  private func expectRanking(
    _ operation: String, rows: StridedArray, chosen: StridedArray, _ indices: StridedArray
  ) {
    guard rows.shape.rank == 2, chosen.shape.rank == 2, chosen.shape[0] == rows.shape[0],
      chosen.shape[1] <= rows.shape[1], indices.shape == chosen.shape
    else {
      misuse(
        "\(operation): rows \(rows.shape), chosen \(chosen.shape), indices \(indices.shape)")
    }
  }
}

/// Whether one element comes before another; NaN is larger than every number.
private func precedes(_ x: Float, _ y: Float, largest: Bool) -> Bool {
  largest ? x > y || (x.isNaN && !y.isNaN) : x < y || (!x.isNaN && y.isNaN)
}
