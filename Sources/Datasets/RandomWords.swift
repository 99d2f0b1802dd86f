import Tensors

/// The places of this module in the Philox stream of a seed.
///
/// The stream has 2⁶⁴ blocks. Weights and dropout masks take theirs from 0 upwards; the second
/// quarter belongs to the synthetic data and the upper half to shuffles, so that nothing
/// repeats another's numbers.
enum RandomRegion {
  /// Image `index` of a split has the 2¹⁶ blocks from 2⁶² + split · 2⁶¹ + index · 2¹⁶, where split is
  /// 0 for train and 1 for test.
  static func syntheticImage(_ index: Int, _ split: Dataset.Split) -> UInt64 {
    1 << 62 | (split == .train ? 0 : 1) << 61 | UInt64(index) << 16
  }

  /// Row `index` of a table has the block 2⁶² + 2⁶⁰ + index.
  static func tableRow(_ index: Int) -> UInt64 { 1 << 62 | 1 << 60 | UInt64(index) }

  /// Invented text has the 2⁵⁹ blocks from 2⁶² + 2⁵⁹.
  static let text: UInt64 = 1 << 62 | 1 << 59

  /// How many epochs have a region.
  static let epochLimit = 1 << 31

  /// The shuffle of an epoch has the 2³² blocks from 2⁶³ + epoch · 2³².
  static func shuffle(epoch: Int) -> UInt64 { 1 << 63 | UInt64(epoch) << 32 }
}

/// The 32-bit words of a seed's Philox stream from a block on, one after the other.
struct RandomWords {
  private var position: RandomPosition
  private var words = SIMD4<UInt32>()
  private var used = 4

  init(seed: UInt64, block: UInt64) { position = RandomPosition(seed: seed, block: block) }

  /// The next word.
  mutating func next() -> UInt32 {
    if used == 4 {
      words = Philox.words(position)
      position.block &+= 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  /// A number from 0 to `bound - 1`, each as likely as the others.
  ///
  /// Lemire: Fast Random Integer Generation in an Interval (2019): the upper half of word · bound,
  /// where words that would favour some numbers are passed over.
  mutating func next(below bound: UInt32) -> UInt32 {
    while true {
      let product = UInt64(next()) * UInt64(bound)
      let low = UInt32(truncatingIfNeeded: product)
      if low >= bound || low >= (0 &- bound) % bound { return UInt32(product >> 32) }
    }
  }

  /// A number evenly between two bounds.
  mutating func next(from low: Float, to high: Float) -> Float {
    low + (high - low) * Philox.uniform(next())
  }
}
