import Backends

/// The cases that elementwise expressions are tried on.
enum PointwiseCases {
  /// An expression with what it is called with.
  struct Use: Sendable {
    var expression: PointwiseExpression
    var scalars: [Double] = []
    var fillings: [Filling]
  }

  /// Awkward shapes in memory without gaps; a device compiles one kernel for all of them.
  static func dense(_ use: Use, _ scale: Scale) -> [ConformanceCase] {
    shapes(scale).map { plain(use, $0) } + overwriting(use, scale, [.dense])
  }

  /// Every arrangement of operands and results; a device compiles a kernel for nearly each.
  static func arranged(_ use: Use, _ scale: Scale) -> [ConformanceCase] {
    arrangements(use, scale) + overwriting(use, scale, [.permuted, .padded])
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
    return small + scale.including(from: .standard, [[256], [1025], [33, 65]])
      + scale.including(from: .full, [[262_147]])
  }

  /// Each arrangement for all inputs, for the result, and other ones for each input.
  private static func arrangements(_ use: Use, _ scale: Scale) -> [ConformanceCase] {
    let dtype = use.expression.dtype
    let shapes: [Shape] =
      [[4, 3, 5]] + scale.including(from: .standard, [[5, 37]])
      + scale.including(from: .full, [[2, 3, 1, 4, 5]])
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

  /// The result in the place of the first input, where that has its type.
  private static func overwriting(
    _ use: Use, _ scale: Scale, _ arrangements: [Arrangement]
  ) -> [ConformanceCase] {
    guard use.fillings.first?.dtype == use.expression.dtype else { return [] }
    let shapes: [Shape] = [[3, 5]] + scale.including(from: .standard, [[6, 11], [4099]])
    return shapes.flatMap { shape in
      arrangements.map { arrangement in
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
