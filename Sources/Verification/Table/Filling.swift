import Backends

/// What an array holds before an operation; random contents depend on nothing but a seed.
package enum Filling: Sendable {
  /// Floats evenly between two bounds.
  case uniform(Float, Float)
  /// Whole numbers as floats: their sums and products are exact in any order while they are small.
  case wholes(ClosedRange<Int>)
  /// These floats again and again.
  case values([Float])
  /// Integers of a range.
  case integers(Range<Int>)
  /// These integers again and again.
  case integerValues([Int32])
  /// For each place of a pooling window a random position inside it, as max pooling reports it.
  case windowPositions(images: Shape, Pooling)

  /// Floats that sums do not cancel, so that errors can be related to the results.
  static let biased = Filling.uniform(-0.25, 1)
  /// Floats of both signs.
  package static let signed = Filling.uniform(-2, 2)

  /// The type of the elements.
  package var dtype: DType {
    switch self {
    case .uniform, .wholes, .values: .float32
    case .integers, .integerValues, .windowPositions: .int32
    }
  }

  /// The bits of the elements in row-major order.
  package func words(count: Int, from generator: inout PhiloxGenerator) -> [UInt32] {
    switch self {
    case .uniform(let low, let high):
      return (0..<count).map { _ in (low + (high - low) * generator.uniform()).bitPattern }
    case .wholes(let range):
      return (0..<count).map { _ in Float(generator.integer(in: range)).bitPattern }
    case .values(let values):
      return (0..<count).map { values[$0 % values.count].bitPattern }
    case .integers(let range):
      return (0..<count).map { _ in
        UInt32(bitPattern: Int32(generator.integer(in: range.lowerBound...range.upperBound - 1)))
      }
    case .integerValues(let values):
      return (0..<count).map { UInt32(bitPattern: values[$0 % values.count]) }
    case .windowPositions(let images, let pooling):
      return windowPositions(images, pooling, &generator)
    }
  }

  private func windowPositions(
    _ images: Shape, _ pooling: Pooling, _ generator: inout PhiloxGenerator
  ) -> [UInt32] {
    let result = poolingShape(images, pooling)
    let (vertical, horizontal) = pooling.sides(images: images, result: result)
    var words: [UInt32] = []
    for _ in 0..<result[0] * result[1] {
      for row in 0..<result[2] {
        for column in 0..<result[3] {
          let y = generator.integer(in: ClosedRange(vertical.covered(row)))
          let x = generator.integer(in: ClosedRange(horizontal.covered(column)))
          words.append(UInt32(y * images[3] + x))
        }
      }
    }
    return words
  }
}

/// Random numbers from the Philox stream of a seed, one word after another.
package struct PhiloxGenerator: RandomNumberGenerator {
  private var position: RandomPosition
  private var words = SIMD4<UInt32>()
  private var used = 4

  /// Starts in a part of its own of a seed's stream.
  package init(seed: UInt64, part: Int = 0) {
    position = RandomPosition(seed: seed, block: UInt64(part) << 40)
  }

  /// The next word.
  mutating func word() -> UInt32 {
    if used == 4 {
      words = Philox.words(position)
      position.block += 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  package mutating func next() -> UInt64 { UInt64(word()) << 32 | UInt64(word()) }

  /// A number in [0, 1).
  mutating func uniform() -> Float { Philox.uniform(word()) }

  /// An integer of a range, by the top bits of a word times its length.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int((UInt64(word()) * UInt64(range.count)) >> 32)
  }

  /// One of some things.
  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[integer(in: 0...choices.count - 1)]
  }
}
