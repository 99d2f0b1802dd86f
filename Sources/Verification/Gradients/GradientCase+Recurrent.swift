import Tensors

extension GradientCase {
  /// Each cell in both directions, with and without lengths and bias, by everything that goes in.
  static let recurrent = RecurrentCell.allCases.flatMap { cell in
    [false, true].flatMap { isReversed in
      [
        recurrent(cell, isReversed: isReversed, hasLengths: false),
        recurrent(cell, isReversed: isReversed, hasLengths: true),
      ]
    }
  }

  /// Steps, batch, units.
  private static let sizes = [
    (3, 2, 3), (1, 1, 1), (2, 1, 3), (1, 3, 2), (4, 1, 2), (2, 2, 1), (3, 1, 4), (2, 3, 2),
    (1, 2, 4), (5, 1, 1),
  ]

  private static func recurrent(
    _ cell: RecurrentCell, isReversed: Bool, hasLengths: Bool
  ) -> GradientCase {
    let use = (isReversed ? "reversed" : "forward") + (hasLengths ? " with lengths" : "")
    let shapes = sizes.map { steps, batch, units -> [Shape] in
      let width = cell.gateCount * units
      return [[steps, batch, width], [width, units], [cell.stateCount, batch, units], [width]]
    }
    // No sum of positive numbers comes near the kink of ReLU.
    let domain: Domain = cell == .rnnReLU ? .positive : .normal
    return GradientCase(cell.rawValue, use: use, over: shapes, in: domain) { x in
      let (steps, batch) = (x[0].shape[0], x[0].shape[1])
      let lengths = Tensor((0..<batch).map { Int32(min(steps, 1 + 2 * $0)) })
      // Small weights keep gates from saturating, where gradients vanish.
      return recurrentSequence(
        cell, isReversed: isReversed, x[0], weight: x[1] * 0.5, bias: isReversed ? nil : x[3],
        initial: x[2], lengths: hasLengths ? lengths : nil)
        + x[3].mean() * (isReversed ? 1 : 0)
    }
  }
}
