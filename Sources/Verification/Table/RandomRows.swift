import Backends

/// Rows for random numbers and dropout.
enum RandomRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    let distributions: [(String, RandomDistribution)] = [
      ("uniform", .uniform(low: 0, high: 1)), ("uniform of a range", .uniform(low: -3, high: 0.7)),
      ("normal", .normal(mean: 0, standardDeviation: 1)),
      ("normal of a mean and deviation", .normal(mean: -2.5, standardDeviation: 0.3)),
      ("Bernoulli", .bernoulli(probability: 0.3)), ("Bernoulli never", .bernoulli(probability: 0)),
      ("Bernoulli always", .bernoulli(probability: 1)),
    ]
    return distributions.map { name, distribution in
      ConformanceRow(.random, name, .exact, draws(distribution, scale))
    }
      + [0, 0.1, 0.5, 0.999, 1].map { rate in
        ConformanceRow(
          .dropout, "rate \(rate)", dropoutBound, dropouts(rate: Float(rate), scale))
      }
  }

  static let dropoutBound = Bound.ulps(
    3.5, because: "OpenCL allows a division 2.5; which are 0 is exact")

  private static func counts(_ scale: Scale) -> [Int] {
    [0, 1, 2, 3, 4, 5, 17, 255, 256, 257] + scale.including(from: .standard, [4099])
      + scale.including(from: .full, [1_000_003])
  }

  /// The start of a stream, the carry from one word of the counter to the next, and the last block
  /// that leaves room.
  private static let positions = [
    RandomPosition(seed: 0, block: 0),
    RandomPosition(seed: 42, block: 12_345),
    RandomPosition(seed: .max, block: 0xFFFF_FFFF),
    RandomPosition(seed: 0x0123_4567_89AB_CDEF, block: 0xFFFF_FFFF_0000_0001),
  ]

  private static func draws(
    _ distribution: RandomDistribution, _ scale: Scale
  ) -> [ConformanceCase] {
    counts(scale).flatMap { count in
      positions.map { draw(distribution, count, at: $0) }
    }
  }

  static func draw(
    _ distribution: RandomDistribution, _ count: Int, at position: RandomPosition
  ) -> ConformanceCase {
    ConformanceCase([.result([count])], detail: "\(distribution), \(position.summary)") {
      try $0.random(distribution, at: position, to: $1[0])
    }
  }

  private static func dropouts(rate: Float, _ scale: Scale) -> [ConformanceCase] {
    counts(scale).flatMap { count in
      positions.map { dropout(rate: rate, count, at: $0) }
    }
  }

  static func dropout(rate: Float, _ count: Int, at position: RandomPosition) -> ConformanceCase {
    ConformanceCase(
      [.input([count], .signed), .result([count])], detail: "rate \(rate), \(position.summary)"
    ) { try $0.dropout($1[0], rate: rate, at: position, to: $1[1]) }
  }
}

extension RandomPosition {
  /// The position, for reports.
  fileprivate var summary: String { "seed \(seed) block \(block)" }
}
