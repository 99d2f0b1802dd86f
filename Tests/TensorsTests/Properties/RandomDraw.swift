import Tensors

/// Random shapes, numbers and choices, always the same for a seed.
struct RandomDraw: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  mutating func pair(_ range: ClosedRange<Int>) -> Pair { Pair(integer(range), integer(range)) }

  mutating func coin() -> Bool { .random(using: &self) }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[integer(0...choices.count - 1)]
  }

  /// Mostly small extents.
  mutating func extent(_ limit: Int = 9) -> Int { coin() ? integer(1...3) : integer(1...limit) }

  mutating func shape(_ rank: ClosedRange<Int>, upTo limit: Int = 9) -> Shape {
    Shape((0..<integer(rank)).map { _ in extent(limit) })
  }

  /// A shape that broadcasts to another: some axes of extent 1, some leading ones missing.
  mutating func broadcasting(to shape: Shape) -> Shape {
    Shape(shape.dropFirst(integer(0...shape.rank)).map { coin() ? 1 : $0 })
  }

  mutating func axis(of shape: Shape) -> Int { integer(0...shape.rank - 1) }

  mutating func axes(of shape: Shape) -> [Int] { shape.indices.filter { _ in coin() } }

  /// Indices of so many things.
  mutating func indices(_ count: Int, below bound: Int) -> [Int32] {
    (0..<count).map { _ in Int32(integer(0...bound - 1)) }
  }

  /// Numbers of both signs, none near 0 and none twice, so that no kink is met.
  mutating func numbers(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let number = Float.random(in: 0.25...1.5, using: &self)
      return coin() ? number : -number
    }
  }
}
