import Backends

/// Rows for what operators make of zeros, infinities, NaN and the ends of their range.
enum SpecialValueRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    UnaryOperator.allCases.map { function in
      row(
        "\(function) of special values", PointwiseRows.bound(of: function),
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32) { $0.input(0).applying(function) },
          fillings: [.values(specials(for: function))]))
    }
      + BinaryOperator.allCases.map { function in
        row(
          "\(function) of special values", PointwiseRows.bound(of: function),
          PointwiseCases.Use(
            expression: PointwiseRows.binary(function, .float32),
            fillings: pairs(for: function)))
      }
      + [maskOfNaN, saturating]
  }

  /// No subnormal numbers: OpenCL devices may take them for zeros.
  private static let specials: [Float] = [
    0, -0.0, 1, -1, 0.5, -0.5, 88, -80, 200, -200, .infinity, -.infinity, .nan,
    .greatestFiniteMagnitude, .leastNormalMagnitude,
  ]

  private static func specials(for function: UnaryOperator) -> [Float] {
    // Pocl's vectors reduce all angles alike: beside a huge one, tiny ones are lost.
    let isAngle = function == .sin || function == .cos
    return isAngle ? specials.filter { $0 != .leastNormalMagnitude } : specials
  }

  /// Every special value with every other.
  private static func pairs(for function: BinaryOperator) -> [Filling] {
    // Sums and products of the ends of the range are subnormal or infinite by a rounding.
    let numbers = specials.filter { abs($0) < 1e30 && abs($0) > 1e-30 || !($0.isNormal) }
    // Neither sign of zero is the larger.
    let one = function == .maximum || function == .minimum ? numbers.dropFirst() : numbers[...]
    let first = one.flatMap { x in one.map { _ in x } }
    let second = one.flatMap { _ in one }
    return [.values(first), .values(second)]
  }

  private static func row(
    _ name: String, _ bound: Bound, _ use: PointwiseCases.Use
  ) -> ConformanceRow {
    let shapes: [Shape] = [[225], [15], [15, 15]]
    return ConformanceRow(
      .pointwise, name, bound, shapes.map { PointwiseCases.plain(use, $0) })
  }

  /// NaN is not 0, so it selects as true does.
  private static let maskOfNaN = row(
    "where NaN", .exact,
    PointwiseCases.Use(
      expression: PointwiseExpression(.float32, .float32, .float32) { f in
        f.input(0).selecting(f.input(1), f.input(2))
      },
      fillings: [.values([.nan, 0, -0.0, 1, .infinity]), .signed, .values([.nan, 2, .infinity])]))

  private static let saturating = row(
    "tanh and sigmoid far from 0", .ulps(1, because: "both have reached their limits there"),
    PointwiseCases.Use(
      expression: PointwiseExpression(.float32) { f in
        f.input(0).applying(.tanh) + f.input(0).applying(.sigmoid)
      }, fillings: [.values([30, 90, 1000, .greatestFiniteMagnitude, .infinity])]))
}
