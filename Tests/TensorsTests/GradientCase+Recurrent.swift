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

  private static func recurrent(
    _ cell: RecurrentCell, isReversed: Bool, hasLengths: Bool
  ) -> GradientCase {
    let (steps, batch, units) = (3, 2, 3)
    let width = cell.gateCount * units
    let name =
      "\(cell.rawValue)\(isReversed ? " reversed" : "")\(hasLengths ? " with lengths" : "")"
    // No sum of positive numbers comes near the kink of ReLU.
    let domain: Domain = cell == .rnnReLU ? .positive : .normal
    return GradientCase(
      name, [steps, batch, width], [width, units], [cell.stateCount, batch, units], [width],
      in: domain
    ) { x in
      let lengths = Tensor([1, 3] as [Int32], device: x[0].device)
      // Small weights keep gates from saturating, where gradients vanish.
      return recurrentSequence(
        cell, isReversed: isReversed, x[0], weight: x[1] * 0.5, bias: isReversed ? nil : x[3],
        initial: x[2], lengths: hasLengths ? lengths : nil)
        + x[3].mean() * (isReversed ? 1 : 0)
    }
  }
}
