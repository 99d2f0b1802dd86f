import Backends

/// Rows for gathering the rows of a table, and its gradient.
enum GatherRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    let sizes = sizes(scale)
    return [
      ConformanceRow(
        .gatherRows, "indices in the table", .exact,
        sizes.map { gather($0, $1, $2, .integers(0..<max(1, $0))) }),
      ConformanceRow(
        .gatherRows, "indices outside the table", .exact,
        sizes.map { gather($0, $1, $2, outside($0)) }),
      // In the order of the indices there is only one way to round.
      ConformanceRow(
        .gatherRowsGradient, "any rows", .exact,
        sizes.map { gradient($0, $1, $2, .integers(0..<max(1, $0))) }),
      ConformanceRow(
        .gatherRowsGradient, "indices outside the table", .exact,
        sizes.map { gradient($0, $1, $2, outside($0)) }),
      ConformanceRow(
        .gatherRowsGradient, "one row for all", .exact,
        sizes.map { gradient($0, $1, $2, .integerValues([Int32(max(0, $0 - 1))])) }),
    ]
  }

  /// Indices of which some are of no row.
  static func outside(_ rows: Int) -> Filling {
    .integerValues([0, -1, Int32(rows), Int32(max(0, rows - 1)), .max, .min])
  }

  /// Rows, columns, indices.
  private static func sizes(_ scale: Scale) -> [(Int, Int, Int)] {
    [
      (1, 1, 1), (7, 3, 5), (3, 7, 20), (5, 1, 11), (4, 65, 3), (100, 2, 33), (6, 4, 0),
      (6, 0, 4), (2, 257, 3), (257, 1, 40),
    ] + scale.including(from: .standard, [(1000, 64, 513), (30_011, 3, 257)])
      + scale.including(from: .full, [(65, 300, 1000)])
  }

  static func gather(
    _ rows: Int, _ columns: Int, _ count: Int, _ indices: Filling
  ) -> ConformanceCase {
    ConformanceCase([
      .input([rows, columns], .signed), .input([count], indices), .result([count, columns]),
    ]) { try $0.gatherRows($1[0], $1[1], to: $1[2]) }
  }

  static func gradient(
    _ rows: Int, _ columns: Int, _ count: Int, _ indices: Filling
  ) -> ConformanceCase {
    ConformanceCase([
      .input([count, columns], .signed), .input([count], indices), .result([rows, columns]),
    ]) { try $0.gatherRowsGradient($1[0], $1[1], to: $1[2]) }
  }
}
