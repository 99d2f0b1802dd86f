import Backends

/// The cases that elementwise expressions are tried on.
enum PointwiseCases {
  /// An expression with what it is called with.
  struct Use: Sendable {
    var expression: PointwiseExpression
    var scalars: [Double] = []
    var fillings: [Filling]
  }

  /// Awkward shapes in memory without gaps, and every arrangement of operands and results.
  static func awkward(_ use: Use, _ scale: Scale) -> [ConformanceCase] {
    shapes(scale).map { plain(use, $0) } + arrangements(use, scale)
      + (canOverwrite(use) ? overwriting(use, scale) : [])
  }

  /// A call over dense arrays of one shape.
  static func plain(_ use: Use, _ shape: Shape) -> ConformanceCase {
    call(use, use.fillings.map { .input(shape, $0) }, .result(shape, use.expression.dtype))
  }

  /// A call with the given arrays.
  static func call(_ use: Use, _ inputs: [Operand], _ result: Operand) -> ConformanceCase {
    ConformanceCase(inputs + [result]) { backend, arrays in
      try backend.pointwise(
        use.expression, scalars: use.scalars, arrays.dropLast(), to: arrays[arrays.count - 1])
    }
  }

  private static func shapes(_ scale: Scale) -> [Shape] {
    let small: [Shape] = [
      [0], [3, 0, 2], [], [1], [7], [1, 1, 1], [5, 7], [3, 1, 4, 1, 5], [2, 1, 2, 2, 1, 2, 1, 2],
      [255],
    ]
    return small + scale.pick([[256], [1025], [33, 65], [262_147]], reduced: [])
  }

  /// Each arrangement for all inputs, for the result, and other ones for each input.
  private static func arrangements(_ use: Use, _ scale: Scale) -> [ConformanceCase] {
    let dtype = use.expression.dtype
    let shapes: [Shape] = scale.pick(
      [[5, 7], [4, 3, 6], [2, 3, 1, 4, 5]], reduced: [[4, 3, 5]])
    return shapes.flatMap { shape in
      Arrangement.allCases.dropFirst().map { arrangement in
        call(use, use.fillings.map { .input(shape, $0, arrangement) }, .result(shape, dtype))
      }
        + Arrangement.injective.enumerated().map { number, arrangement in
          let inputs = use.fillings.enumerated().map { position, filling in
            let other = Arrangement.allCases[
              (number + 3 * position) % Arrangement.allCases.count]
            return Operand.input(shape, filling, other)
          }
          return call(use, inputs, .result(shape, dtype, arrangement))
        }
    }
  }

  private static func canOverwrite(_ use: Use) -> Bool {
    use.fillings.first?.dtype == use.expression.dtype
  }

  /// The result in the place of the first input.
  private static func overwriting(_ use: Use, _ scale: Scale) -> [ConformanceCase] {
    let shapes: [Shape] = scale.pick([[6, 11], [4099]], reduced: [[3, 5]])
    return shapes.flatMap { shape in
      [Arrangement.dense, .permuted, .padded].map { arrangement in
        let first = Operand.updated(shape, use.fillings[0], arrangement)
        let others = use.fillings.dropFirst().map { Operand.input(shape, $0) }
        return ConformanceCase([first] + others, detail: "in place") { backend, arrays in
          try backend.pointwise(
            use.expression, scalars: use.scalars, arrays, to: arrays[0])
        }
      }
    }
  }
}
