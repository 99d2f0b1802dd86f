import Backends
import Testing

@Suite struct RowsTests {
  let arrays = TestArrays()

  @Test func `Rows are copied, and NaN stands for those that do not exist`() throws {
    let table = try arrays.make([1, 2, 3, 4, 5, 6] as [Float], [3, 2])
    let indices = try arrays.make([2, 0, -1, 3, 2] as [Int32], [5])
    let result = try arrays.result([5, 2])
    try arrays.backend.gatherRows(table, indices, to: result)
    let values = try arrays.floats(result)
    #expect(values[0..<4] == [5, 6, 1, 2])
    #expect(values[4..<8].allSatisfy { $0.isNaN })
    #expect(values[8...] == [5, 6])
  }

  /// Linear in the table: at most 100 additions in single precision for each element.
  @Test func `The gradient collects rows that were taken several times`() throws {
    let indices = (0..<100).map { Int32($0 * $0 % 7) }
    let gradient = try arrays.random([100, 5], seed: 1)
    let dy = try arrays.doubles(gradient)
    let result = try arrays.result([7, 5])
    try arrays.backend.gatherRowsGradient(gradient, arrays.make(indices, [100]), to: result)
    let expected = numericalGradient(at: [Double](repeating: 0.5, count: 35), weights: dy) {
      table in
      indices.flatMap { table[Int($0) * 5..<Int($0) * 5 + 5] }
    }
    expectClose(try arrays.floats(result), expected, within: 10 * roundoff)
  }

  @Test func `Indices that are no rows have no gradient`() throws {
    let gradient = try arrays.make([1, 2, 3] as [Float], [3, 1])
    let indices = try arrays.make([-1, 1, 2] as [Int32], [3])
    let result = try arrays.result([2, 1])
    try arrays.backend.gatherRowsGradient(gradient, indices, to: result)
    #expect(try arrays.floats(result) == [0, 2])
  }

  @Test func `Empty tables, no indices and no columns`() throws {
    for (rows, columns, count) in [(0, 3, 0), (2, 0, 4), (2, 3, 0)] {
      let table = try arrays.random([rows, columns], seed: 2)
      let indices = try arrays.make([Int32](repeating: 0, count: count), [count])
      let taken = try arrays.result([count, columns])
      try arrays.backend.gatherRows(table, indices, to: taken)
      let gradient = try arrays.result([rows, columns])
      try arrays.backend.gatherRowsGradient(taken, indices, to: gradient)
      #expect(
        try arrays.floats(gradient) == [Float](repeating: 0, count: rows * columns))
    }
  }

  @Test func `Shapes that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.gatherRows(
        try arrays.result([3, 2]), try arrays.result([4], .int32), to: try arrays.result([4, 3]))
    }
  }
}
