import Backends

/// Rows for sums, means, products, maxima, minima and the positions of maxima.
enum ReductionRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    let wholes = Filling.wholes(-8...8)
    return [
      row(.sum, "sum", .reordered, .biased, scale),
      // In any order the sums of whole numbers are exact, so that not one term can go missing.
      row(.sum, "sum of whole numbers", .exact, .wholes(-4...6), scale),
      row(.mean, "mean", .reordered, .biased, scale),
      row(.max, "max", .exact, .signed, scale),
      row(.max, "max of equals", .exact, wholes, scale),
      row(.max, "max of nothing but −∞", .exact, .values([-.infinity]), scale),
      row(.max, "max with NaN", .exact, .values(withNaN), scale),
      row(.sum, "sum with NaN", .exact, .values(withNaN), scale),
      row(.min, "min", .exact, .signed, scale),
      row(.min, "min of nothing but ∞", .exact, .values([.infinity]), scale),
      row(.min, "min with NaN", .exact, .values(withNaN), scale),
      row(.product, "product", productBound, factors, scale),
      row(.product, "product of powers of two", .exact, .values(powersOfTwo), scale),
      row(.product, "product with NaN", .exact, .values(powersOfTwoAndNaN), scale),
      ConformanceRow(.reduce, "no elements", .exact, Reduction.allCases.flatMap(withoutElements)),
      argMax("numbers", .signed, scale),
      argMax("few numbers, the first of several", wholes, scale),
      argMax("equals", .values([2]), scale),
      argMax("nothing but −∞", .values([-.infinity]), scale),
      argMax("the first NaN", .values(withNaN), scale),
    ]
  }

  /// So long a cycle that some reductions meet none of the NaN and some several.
  private static let withNaN: [Float] = (0..<41).map { $0 % 19 == 17 ? .nan : Float($0 * 7 % 13) }

  /// Their logarithms cancel, so that the product of a million is neither 0 nor infinite.
  static let factors = Filling.uniform(0.95, 1.0508)

  static let productBound = Bound.sums(
    factor: 8,
    because:
      "each product rounds, in another order, and the largest results are many times the mean")

  /// Products are exact in any order: as many doublings as halvings, and so long a cycle that no
  /// device gives one of its work-items only the one or the other.
  private static let powersOfTwo: [Float] = (0..<41).map { number in
    switch number {
    case 3, 17: 2
    case 8, 31: 0.5
    default: number % 5 == 0 ? -1 : 1
    }
  }

  private static let powersOfTwoAndNaN = powersOfTwo.enumerated().map { number, power in
    number % 19 == 16 ? Float.nan : power
  }

  /// Shapes and the axes reduced.
  private static func uses(_ scale: Scale) -> [(Shape, [Int])] {
    let small: [(Shape, [Int])] = [
      ([], []), ([1], [0]), ([7], [0]), ([7], []), ([5, 7], [0]), ([5, 7], [1]), ([5, 7], [0, 1]),
      ([3, 4, 5], [1]), ([3, 4, 5], [0, 2]), ([2, 3, 4, 5], [0, 2, 3]), ([1, 9, 1], [0, 2]),
      ([2, 1, 3, 1, 2, 1, 2, 3], [1, 2, 5, 7]), ([65, 3], [0]), ([3, 65], [1]), ([257], [0]),
    ]
    return small
      + scale.including(
        from: .standard,
        [
          ([4097, 33], [0]), ([33, 4097], [1]), ([3, 20_003], [1]), ([20_003, 3], [0]),
          ([2, 9000, 2], [1]), ([32, 5, 24, 24], [0, 2, 3]),
        ])
      + scale.including(
        from: .full,
        [
          ([1_000_003], [0]), ([3, 100_003], [1]), ([100_003, 3], [0]), ([1000, 1000], [0]),
          ([1000, 1000], [1]), ([128, 20, 24, 24], [0, 2, 3]), ([2, 70_000, 2], [1]),
        ])
  }

  private static func row(
    _ reduction: Reduction, _ name: String, _ bound: Bound, _ filling: Filling, _ scale: Scale
  ) -> ConformanceRow {
    let plain = uses(scale).map { reduce(reduction, .input($0, filling), $1) }
    let arranged = arrangedUses(scale).map { reduce(reduction, .input($0, filling, $2), $1) }
    return ConformanceRow(.reduce, name, bound, plain + arranged)
  }

  private static func argMax(_ name: String, _ filling: Filling, _ scale: Scale) -> ConformanceRow {
    let plain = uses(scale).map { argMax(.input($0, filling), $1) }
    let arranged = arrangedUses(scale).map { argMax(.input($0, filling, $2), $1) }
    return ConformanceRow(.argMax, name, .exact, plain + arranged)
  }

  private static func arrangedUses(_ scale: Scale) -> [(Shape, [Int], Arrangement)] {
    let axes: [[Int]] =
      [[1], [0, 2]] + scale.including(from: .standard, [[0], [2], [0, 1, 2]])
    return Arrangement.allCases.dropFirst().flatMap { arrangement in
      axes.map { ([6, 5, 7], $0, arrangement) }
    }
  }

  static func reduce(_ reduction: Reduction, _ input: Operand, _ axes: [Int]) -> ConformanceCase {
    let shape = input.layout.shape
    let set = AxisSet(axes, of: shape)
    return ConformanceCase(
      [input, .result(shape.keeping(reduced: set))],
      detail: "\(reduction) over \(axes)", terms: axes.reduce(1) { $0 * shape[$1] }
    ) { try $0.reduce(reduction, $1[0], over: set, to: $1[1]) }
  }

  static func argMax(_ input: Operand, _ axes: [Int]) -> ConformanceCase {
    let set = AxisSet(axes, of: input.layout.shape)
    return ConformanceCase(
      [input, .result(input.layout.shape.keeping(reduced: set), .int32)],
      detail: "over \(axes)"
    ) { try $0.argMax($1[0], over: set, to: $1[1]) }
  }

  /// Reductions of nothing, and of something along the other axes to nothing.
  private static func withoutElements(_ reduction: Reduction) -> [ConformanceCase] {
    let uses: [(Shape, [Int])] = [
      ([0], [0]), ([3, 0], [1]), ([0, 3], [0]), ([2, 0, 3], [1]), ([0, 3], [1]), ([3, 0], [0]),
      ([0], []),
    ]
    return uses.map { reduce(reduction, .input($0, .signed), $1) }
  }
}
