import Backends

extension CPUBackend {
  /// Copies the chosen rows; an index that is no row gives NaN.
  public func gatherRows(
    _ table: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    expectRows("gatherRows", table: table, indices, rows: result)
    let (source, chosen, target) = (table.floats, indices.integers, result.floats)
    let (rowCount, columns) = (table.shape[0], table.shape[1])
    for (row, index) in chosen.enumerated() {
      let index = Int(index)
      let isRow = index >= 0 && index < rowCount
      for column in 0..<columns {
        target[row * columns + column] = isRow ? source[index * columns + column] : .nan
      }
    }
  }

  /// Adds the rows of the gradient to those they came from in single precision, in their order;
  /// an index that is no row adds to none.
  public func gatherRowsGradient(
    _ gradient: StridedArray, _ indices: StridedArray, to result: StridedArray
  ) throws {
    expectRows("gatherRowsGradient", table: result, indices, rows: gradient)
    let (source, chosen, target) = (gradient.floats, indices.integers, result.floats)
    let (rowCount, columns) = (result.shape[0], result.shape[1])
    target.update(repeating: 0)
    for (row, index) in chosen.enumerated() {
      let index = Int(index)
      guard index >= 0, index < rowCount else { continue }
      for column in 0..<columns {
        target[index * columns + column] += source[row * columns + column]
      }
    }
  }

  private func expectRows(
    _ operation: String, table: StridedArray, _ indices: StridedArray, rows: StridedArray
  ) {
    guard table.shape.rank == 2, indices.shape.rank == 1,
      rows.shape == [indices.shape[0], table.shape[1]]
    else {
      misuse(
        "\(operation): table \(table.shape), indices \(indices.shape), rows \(rows.shape)")
    }
  }
}
