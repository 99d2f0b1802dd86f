import Backends

/// Rows for recurrent sequences and their gradients.
enum RecurrentRows {
  /// Each step adds to what rounding the steps before has left; a few steps of a network that does
  /// not amplify it keep within a small factor.
  private static let bound = Bound.sums(
    factor: 8,
    because: "products are added in another order, OpenCL allows tanh 5 units, and each "
      + "step goes on from what the one before rounded")

  static func all(_ scale: Scale) -> [ConformanceRow] {
    RecurrentCell.allCases.flatMap { cell in
      [false, true].flatMap { isReversed in
        let recurrence = Recurrence(cell, isReversed: isReversed)
        let name = "\(cell.rawValue)\(isReversed ? ", reversed" : "")"
        return [
          ConformanceRow(
            .recurrentSequence, name, bound,
            uses(scale).map { forward(recurrence, $0, hasBias: true, hasLengths: false) }),
          ConformanceRow(
            .recurrentSequence, "\(name), lengths, no bias", bound,
            uses(scale).map { forward(recurrence, $0, hasBias: false, hasLengths: true) }),
          ConformanceRow(
            .recurrentSequenceGradient, name, bound,
            uses(scale).map { gradient(recurrence, $0, hasLengths: false) }),
          ConformanceRow(
            .recurrentSequenceGradient, "\(name), lengths", bound,
            uses(scale).map { gradient(recurrence, $0, hasLengths: true) }),
        ]
      }
    }
  }

  /// Steps, batch, units.
  private typealias Use = (steps: Int, batch: Int, units: Int)

  private static func uses(_ scale: Scale) -> [Use] {
    [
      (1, 1, 1), (3, 5, 7), (1, 2, 16), (2, 3, 17), (2, 17, 5), (0, 2, 3), (2, 0, 3), (2, 3, 0),
    ]
      + scale.including(
        from: .standard,
        [
          (2, 1, 3), (2, 7, 15), (3, 4, 31), (5, 1, 33), (3, 32, 64), (4, 65, 100), (2, 3, 257),
        ])
  }

  private static func forward(
    _ recurrence: Recurrence, _ use: Use, hasBias: Bool, hasLengths: Bool
  ) -> ConformanceCase {
    let shapes = Shapes(recurrence.cell, use)
    return ConformanceCase(
      [
        .input(shapes.projections, .signed), .input(shapes.weight, shapes.weightFilling),
        .input(shapes.bias, .signed), .input(shapes.initial, .uniform(-1, 1)),
        .input(shapes.lengths, lengths(use)), .result(shapes.states), .result(shapes.saved),
      ], terms: use.units
    ) {
      try $0.recurrentSequence(
        recurrence, $1[0], weight: $1[1], bias: hasBias ? $1[2] : nil, initial: $1[3],
        lengths: hasLengths ? $1[4] : nil, to: $1[5], saved: $1[6])
    }
  }

  private static func gradient(
    _ recurrence: Recurrence, _ use: Use, hasLengths: Bool
  ) -> ConformanceCase {
    let shapes = Shapes(recurrence.cell, use)
    let hasProducts = recurrence.cell == .gru
    let products: [Operand] = hasProducts ? [.result(shapes.projections)] : []
    return ConformanceCase(
      [
        .input(shapes.states, .signed), .input(shapes.weight, shapes.weightFilling),
        .input(shapes.states, .uniform(-1, 1)), .input(shapes.saved, .uniform(0.1, 0.9)),
        .input(shapes.lengths, lengths(use)), .result(shapes.projections),
        .result(shapes.initial),
      ] + products, terms: recurrence.cell.gateCount * use.units
    ) {
      try $0.recurrentSequenceGradient(
        recurrence, $1[0], weight: $1[1], states: $1[2], saved: $1[3],
        lengths: hasLengths ? $1[4] : nil, projections: $1[5],
        products: hasProducts ? $1[7] : nil, initial: $1[6])
    }
  }

  /// Some samples without any step, some with more than there are.
  private static func lengths(_ use: Use) -> Filling { .integers(-1..<use.steps + 2) }

  /// The shapes of the arrays.
  private struct Shapes {
    let projections, weight, bias, initial, lengths, states, saved: Shape
    /// Even numbers of a variance of 1 / (3 · units), so that products are of the size of what they
    /// are products of.
    let weightFilling: Filling

    init(_ cell: RecurrentCell, _ use: Use) {
      let width = cell.gateCount * use.units
      projections = [use.steps, use.batch, width]
      weight = [width, use.units]
      bias = [width]
      initial = [cell.stateCount, use.batch, use.units]
      lengths = [use.batch]
      states = [cell.stateCount, use.steps + 1, use.batch, use.units]
      saved = [use.steps, use.batch, cell.savedCount, use.units]
      let reach = 1 / Float(max(use.units, 1)).squareRoot()
      weightFilling = .uniform(-reach, reach)
    }
  }
}
