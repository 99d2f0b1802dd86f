/// What random numbers are drawn from.
public enum RandomDistribution: Hashable, Sendable {
  /// Evenly between two bounds: low + (high − low)·u with u in [0, 1) in steps of 2⁻²⁴.
  case uniform(low: Float, high: Float)
  /// The normal distribution.
  case normal(mean: Float, standardDeviation: Float)
  /// 1 with the probability, otherwise 0.
  case bernoulli(probability: Float)
}

/// A place in the random stream of a seed.
///
/// The stream has 2⁶⁴ blocks of four numbers; element `i` of a draw is number `i mod 4` of block
/// `block + ⌊i / 4⌋`.
public struct RandomPosition: Hashable, Sendable {
  /// The seed, Philox's key.
  public var seed: UInt64
  /// The first block.
  public var block: UInt64

  /// Makes a position.
  public init(seed: UInt64, block: UInt64) {
    self.seed = seed
    self.block = block
  }
}
