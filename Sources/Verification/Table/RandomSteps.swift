import Backends

/// Random cases of what training takes besides: random numbers, optimizers, recurrent networks.
extension RandomUse {
  /// Draws and dropout masks of any size, anywhere in the stream.
  static var randomNumbers: [RandomUse] {
    [
      RandomUse(.random, .exact) { cases in
        let distribution = cases.distribution()
        return RandomRows.draw(
          distribution, cases.generator.integer(in: 0...2000), at: cases.position())
      },
      RandomUse(.dropout, RandomRows.dropoutBound) { cases in
        let rate = cases.generator.uniform()
        return RandomRows.dropout(
          rate: rate, cases.generator.integer(in: 0...2000), at: cases.position())
      },
    ]
  }

  /// Every rule on parameters of any shape.
  ///
  /// With some elements: where there are few, all may come near 0, with nothing to relate their
  /// errors to. The table's other rows have parameters of few elements.
  static var optimizers: [RandomUse] {
    OptimizerRows.rules.map { name, rule in
      RandomUse(Operation(rule), OptimizerRows.bound, name: name) {
        var shape = $0.shape(rank: 1...4, upTo: 20)
        shape[-1] += 16
        return OptimizerRows.step(rule, shape)
      }
    }
  }

  /// Every cell in both directions over any lengths.
  static var recurrent: [RandomUse] {
    RecurrentCell.allCases.flatMap { cell in
      [
        RandomUse(.recurrentSequence, RecurrentRows.bound, name: cell.rawValue) { cases in
          RecurrentRows.forward(
            Recurrence(cell, isReversed: cases.coin()), cases.sequence(), hasBias: cases.coin(),
            hasLengths: cases.coin())
        },
        RandomUse(.recurrentSequenceGradient, RecurrentRows.bound, name: cell.rawValue) { cases in
          RecurrentRows.gradient(
            Recurrence(cell, isReversed: cases.coin()), cases.sequence(), hasLengths: cases.coin())
        },
      ]
    }
  }
}

extension RandomCases {
  fileprivate mutating func position() -> RandomPosition {
    RandomPosition(seed: generator.next(), block: generator.next() >> 1)
  }

  fileprivate mutating func distribution() -> RandomDistribution {
    let (x, y) = (generator.uniform() * 8 - 4, generator.uniform())
    switch generator.integer(in: 0...2) {
    case 0: return .uniform(low: x, high: x + 3 * y)
    case 1: return .normal(mean: x, standardDeviation: y)
    default: return .bernoulli(probability: y)
    }
  }

  fileprivate mutating func sequence() -> RecurrentRows.Use {
    let longest = scale == .reduced ? 3 : 6
    return (
      steps: generator.integer(in: 0...longest), batch: extent(upTo: 12),
      units: extent(upTo: scale == .reduced ? 9 : 40)
    )
  }
}
