import Backends
import Testing

@Suite struct RandomNumberTests {
  let arrays = TestArrays()
  let position = RandomPosition(seed: 0x1234_5678_9ABC_DEF0, block: 3)

  private func draw(_ distribution: RandomDistribution, _ count: Int, at position: RandomPosition)
    throws -> [Float]
  {
    let result = try arrays.result([count])
    try arrays.backend.random(distribution, at: position, to: result)
    return try arrays.floats(result)
  }

  /// Number `i` of a draw, from the generator itself.
  private func word(_ i: Int) -> UInt32 {
    Philox.words(RandomPosition(seed: position.seed, block: position.block + UInt64(i / 4)))[i % 4]
  }

  @Test(arguments: [0, 1, 3, 4, 5, 100_003])
  func `Numbers follow the stream whatever their count`(_ count: Int) throws {
    let uniform = try draw(.uniform(low: -2, high: 3), count, at: position)
    #expect(uniform == (0..<count).map { -2 + 5 * Philox.uniform(word($0)) })
    let bernoulli = try draw(.bernoulli(probability: 0.3), count, at: position)
    #expect(bernoulli == (0..<count).map { Philox.uniform(word($0)) < 0.3 ? 1 : 0 })
    let normal = try draw(.normal(mean: 1, standardDeviation: 2), count, at: position)
    let expected = (0..<count).map { i in
      let pair = Philox.normals(word(i & ~1), word(i | 1))
      return 1 + 2 * (i & 1 == 0 ? pair.0 : pair.1)
    }
    #expect(normal == expected)
  }

  @Test func `A later position continues the draw, and the last block wraps around`() throws {
    let distribution = RandomDistribution.uniform(low: 0, high: 1)
    let long = try draw(distribution, 12, at: position)
    let later = RandomPosition(seed: position.seed, block: position.block + 1)
    #expect(try draw(distribution, 8, at: later) == Array(long[4...]))
    let last = try draw(distribution, 8, at: RandomPosition(seed: 5, block: .max))
    let first = try draw(distribution, 4, at: RandomPosition(seed: 5, block: 0))
    #expect(Array(last[4...]) == first)
  }

  @Test func `Dropout zeroes and scales by the stream`() throws {
    let x = randomFloats(1001, seed: 1)
    let result = try arrays.result([7, 11, 13])
    try arrays.backend.dropout(
      arrays.make(x, [7, 11, 13]), rate: 0.4, at: position, to: result)
    let scale: Float = 1 / (1 - 0.4)
    let expected = x.indices.map { Philox.uniform(word($0)) >= 0.4 ? x[$0] * scale : 0 }
    #expect(try arrays.floats(result) == expected)
  }

  @Test func `Dropout at rate 0 changes nothing and at rate 1 leaves zeros`() throws {
    let x = try arrays.make([1, -2, .infinity, 4] as [Float], [4])
    let result = try arrays.result([4])
    try arrays.backend.dropout(x, rate: 0, at: position, to: result)
    #expect(try arrays.floats(result) == [1, -2, .infinity, 4])
    try arrays.backend.dropout(x, rate: 1, at: position, to: result)
    #expect(try arrays.floats(result) == [0, 0, 0, 0])
  }
}
