import Backends
import Testing

@Suite struct MatrixProductTests {
  let arrays = TestArrays()

  /// OpenBLAS accumulates k products in single precision; its blocked sums stay below √k unit
  /// roundoffs, here at most 16, on random operands.
  private let bound = 16 * roundoff

  private func check(_ left: Layout, _ right: Layout) throws {
    let x = try arrays.random(left, seed: 1)
    let y = try arrays.random(right, seed: 2)
    let (batch, m, k, n) = (left.shape[0], left.shape[1], left.shape[2], right.shape[2])
    let result = try arrays.result([batch, m, n])
    try arrays.backend.matrixProduct(x, y, to: result)
    let (a, b) = (try arrays.doubles(x), try arrays.doubles(y))
    var expected = [Double](repeating: 0, count: batch * m * n)
    for i in 0..<batch {
      for row in 0..<m {
        for inner in 0..<k {
          let factor = a[(i * m + row) * k + inner]
          for column in 0..<n {
            expected[(i * m + row) * n + column] += factor * b[(i * k + inner) * n + column]
          }
        }
      }
    }
    expectClose(try arrays.floats(result), expected, within: bound)
  }

  @Test(arguments: [
    [1, 1, 1, 1], [1, 1, 5, 1], [2, 3, 1, 4], [1, 7, 1, 1], [1, 128, 800, 500], [3, 17, 33, 65],
    [1, 1, 100, 257], [1, 257, 100, 1], [0, 2, 3, 4], [2, 0, 3, 4], [2, 3, 4, 0], [2, 3, 0, 4],
  ])
  func `Every size`(_ sizes: [Int]) throws {
    try check(Layout([sizes[0], sizes[1], sizes[2]]), Layout([sizes[0], sizes[2], sizes[3]]))
  }

  /// `[3, 6, 10]` in every way memory can hold it.
  private static func layouts(_ rows: Int, _ columns: Int) -> [Layout] {
    [
      Layout([3, rows, columns]), Layout([3, columns, rows]).permuted([0, 2, 1]),
      Layout([rows, 3, columns], offset: 5).permuted([1, 0, 2]),
      Layout([columns, rows, 3]).permuted([2, 1, 0]),
      Layout([rows, columns]).broadcast(to: [3, rows, columns])!,
      Layout([columns, rows]).permuted([1, 0]).broadcast(to: [3, rows, columns])!,
      Layout([columns]).broadcast(to: [3, rows, columns])!,
      Layout([rows, 1]).broadcast(to: [3, rows, columns])!,
      Layout([3, rows, columns * 2]).sliced(2, 3..<3 + columns),
      Layout(
        [3, rows, columns], strides: [-rows * columns, -columns, -1], offset: 3 * rows * columns),
    ]
  }

  @Test func `Operands of every layout`() throws {
    for left in MatrixProductTests.layouts(6, 10) {
      for right in MatrixProductTests.layouts(10, 7) { try check(left, right) }
    }
  }

  @Test func `The same call gives the same bits`() throws {
    let expected = try productOfFreshCopies()
    for _ in 0..<5 { #expect(try productOfFreshCopies() == expected) }
  }

  private func productOfFreshCopies() throws -> [Float] {
    let result = try arrays.result([1, 128, 500])
    try arrays.backend.matrixProduct(
      arrays.random([1, 128, 800], seed: 3), arrays.random([1, 800, 500], seed: 4), to: result)
    return try arrays.floats(result)
  }

  @Test func `Shapes that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.matrixProduct(
        try arrays.result([1, 2, 3]), try arrays.result([1, 4, 2]),
        to: try arrays.result([1, 2, 2])
      )
    }
  }
}
