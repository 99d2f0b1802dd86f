import Backends

/// Rows for the largest and smallest elements of rows, and their gradient.
enum RankingRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    [
      topK("numbers", .signed, scale),
      topK("few numbers, the first of several", .wholes(-3...3), scale),
      topK("equals", .values([2]), scale),
      topK("infinities and NaN", .values([1, .nan, -.infinity, 0, .infinity, -2, .nan]), scale),
      ConformanceRow(.topKGradient, "any rows", .exact, sizes(scale).map(gradient)),
    ]
  }

  /// Rows, their length, and how many of their elements.
  private static func sizes(_ scale: Scale) -> [(Int, Int, Int)] {
    [
      (1, 1, 1), (1, 7, 3), (5, 10, 1), (3, 10, 5), (4, 5, 5), (3, 4, 0), (0, 4, 2), (2, 0, 0),
      (2, 129, 3), (7, 65, 2), (33, 3, 2),
    ] + scale.including(from: .standard, [(128, 1000, 5), (3, 257, 257), (1000, 10, 3)])
      + scale.including(from: .full, [(1, 100_003, 10)])
  }

  private static func topK(_ name: String, _ filling: Filling, _ scale: Scale) -> ConformanceRow {
    let cases = sizes(scale).flatMap { rows, length, count in
      [true, false].map { largest in
        topK(.input([rows, length], filling), count, largest: largest)
      }
    }
    return ConformanceRow(.topK, name, .exact, cases)
  }

  static func topK(_ input: Operand, _ count: Int, largest: Bool) -> ConformanceCase {
    let result: Shape = [input.layout.shape[0], count]
    return ConformanceCase(
      [input, .result(result), .result(result, .int32)], detail: largest ? "largest" : "smallest"
    ) { try $0.topK($1[0], largest: largest, to: $1[1], indices: $1[2]) }
  }

  private static func gradient(_ rows: Int, _ length: Int, _ count: Int) -> ConformanceCase {
    // The last elements of each row, backwards: all different.
    gradient(rows, length, chosen: (0..<count).map { Int32(length - 1 - $0) })
  }

  /// The gradient where the same elements were chosen in each row.
  static func gradient(_ rows: Int, _ length: Int, chosen: [Int32]) -> ConformanceCase {
    ConformanceCase([
      .input([rows, chosen.count], .signed), .input([rows, chosen.count], .integerValues(chosen)),
      .result([rows, length]),
    ]) { try $0.topKGradient($1[0], indices: $1[1], to: $1[2]) }
  }
}
