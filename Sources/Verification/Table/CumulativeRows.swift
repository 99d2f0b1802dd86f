import Backends

/// Rows for running sums.
enum CumulativeRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    [
      row("biased numbers", .reordered, .biased, scale),
      // Whole numbers add up exactly in any order, so that not one can go missing.
      row("whole numbers", .exact, .wholes(-4...6), scale),
      row("with NaN and infinity", .exact, .values(special), scale),
    ]
  }

  /// Some sums meet none of them, some several.
  private static let special: [Float] = (0..<41).map { number in
    number == 17 ? .infinity : number == 33 ? .nan : Float(number)
  }

  /// Shapes and axes.
  private static func uses(_ scale: Scale) -> [(Shape, Int)] {
    let small: [(Shape, Int)] = [
      ([1], 0), ([7], 0), ([0], 0), ([0, 3], 0), ([3, 0], 0), ([5, 7], 0), ([5, 7], 1),
      ([3, 4, 5], 1), ([2, 1, 3], 1), ([130], 0), ([3, 129], 1), ([127, 2], 0), ([1025], 0),
      ([2, 1030, 2], 1),
    ]
    return small
      + scale.including(
        from: .standard,
        [
          ([1024, 5], 0), ([2048], 0), ([5, 3000], 1), ([3000, 5], 0), ([70_000, 3], 1),
          ([300, 300], 0), ([300, 300], 1),
        ])
      + scale.including(from: .full, [([1_100_003], 0), ([1_100_003, 2], 0)])
  }

  private static func row(
    _ name: String, _ bound: Bound, _ filling: Filling, _ scale: Scale
  ) -> ConformanceRow {
    ConformanceRow(
      .cumulativeSum, name, bound,
      uses(scale).flatMap { shape, axis in
        [false, true].map { sum(.input(shape, filling), axis, reversed: $0) }
      })
  }

  static func sum(_ input: Operand, _ axis: Int, reversed: Bool) -> ConformanceCase {
    let shape = input.layout.shape
    return ConformanceCase(
      [input, .result(shape)], detail: "axis \(axis)\(reversed ? ", reversed" : "")",
      terms: shape[axis]
    ) { try $0.cumulativeSum($1[0], axis: axis, reversed: reversed, to: $1[1]) }
  }
}
