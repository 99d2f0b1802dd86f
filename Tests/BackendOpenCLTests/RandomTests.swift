import BackendOpenCL
import Backends
import Testing

@Suite struct RandomTests {
  static let distributions: [RandomDistribution] = [
    .uniform(low: -3, high: 0.7), .normal(mean: 0.1, standardDeviation: 2.3),
    .bernoulli(probability: 0.3),
  ]

  @Test(arguments: Fixture.backends.indices, distributions)
  func bitsAreThoseOfTheDefinition(backend: Int, distribution: RandomDistribution) throws {
    let backend = Fixture.backends[backend]
    let position = RandomPosition(seed: 0x1234_5678_9ABC_DEF0, block: UInt64.max - 1000)
    for count in [1_000_003, 6] {
      let result = try backend.temporary([count])
      try backend.random(distribution, at: position, to: result)
      let expected = draw(distribution, position, count)
      #expect(try backend.elements(result).map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test(arguments: Fixture.backends.indices)
  func dropoutKeepsWhatTheUniformNumbersSay(backend: Int) throws {
    let backend = Fixture.backends[backend]
    let position = RandomPosition(seed: 5, block: 77)
    let input = numbers(10_007)
    let result = try backend.temporary([input.count])
    try backend.dropout(backend.array(input, [input.count]), rate: 0.4, at: position, to: result)
    let uniform = draw(.uniform(low: 0, high: 1), position, input.count)
    let scale: Float = 1 / (1 - 0.4)
    #expect(try backend.elements(result) == zip(input, uniform).map { $1 >= 0.4 ? $0 * scale : 0 })
  }

  /// The definition, word by word.
  private func draw(
    _ distribution: RandomDistribution, _ position: RandomPosition, _ count: Int
  ) -> [Float] {
    var numbers: [Float] = []
    for block in 0..<UInt64((count + 3) / 4) {
      let words = Philox.words(RandomPosition(seed: position.seed, block: position.block &+ block))
      switch distribution {
      case .uniform(let low, let high):
        for i in 0..<4 { numbers.append(low + (high - low) * Philox.uniform(words[i])) }
      case .normal(let mean, let deviation):
        let (first, second) = (Philox.normals(words.x, words.y), Philox.normals(words.z, words.w))
        for normal in [first.0, first.1, second.0, second.1] {
          numbers.append(mean + deviation * normal)
        }
      case .bernoulli(let probability):
        for i in 0..<4 { numbers.append(Philox.uniform(words[i]) < probability ? 1 : 0) }
      }
    }
    return Array(numbers.prefix(count))
  }
}
