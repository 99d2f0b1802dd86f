import Backends

/// Rows for conversions between types where they round or overflow.
enum CastRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    [
      row("floats beyond the integers", .float32, .int32, .values(floats)),
      row("integers beyond the floats", .int32, .float32, .integerValues(integers)),
    ]
  }

  /// Toward zero; beyond the integers the nearest one, and 0 for NaN.
  private static let floats: [Float] = [
    0, -0.0, 0.5, -0.5, 0.999, -0.999, 1.5, -1.5, 2.5, -2.5, 1e9, -1e9, 0x1p31, -0x1p31,
    0x1.fffffep30, -0x1.000002p31, 1e20, -1e20, .infinity, -.infinity, .nan,
    .greatestFiniteMagnitude, .leastNormalMagnitude,
  ]

  /// To the nearest float; of two, the one with the even significand.
  private static let integers: [Int32] = [
    0, 1, -1, .max, .min, .max - 1, .min + 1, 0x100_0001, 0x100_0003, -0x100_0001, 0x7FFF_FFBF,
    0x7FFF_FFC0, 0x0200_0002, 0x0200_0006,
  ]

  private static func row(
    _ name: String, _ source: DType, _ target: DType, _ filling: Filling
  ) -> ConformanceRow {
    let use = PointwiseCases.Use(
      expression: PointwiseExpression(source) { $0.input(0).cast(to: target) },
      fillings: [filling])
    let shapes: [Shape] = [[23], [1], [5, 7], [4, 23]]
    return ConformanceRow(
      .pointwise, name, .exact, shapes.map { PointwiseCases.plain(use, $0) })
  }
}
