import Backends

extension CPUBackend {
  /// Fills an array with the stream's numbers.
  ///
  /// With u and z from `Philox`: low + (high − low)·u, mean + deviation·z, and 1 where u is below
  /// the probability. Two words of a block make two of z, in their order.
  public func random(
    _ distribution: RandomDistribution, at position: RandomPosition, to result: StridedArray
  ) throws {
    let target = result.floats
    switch distribution {
    case .uniform(let low, let high):
      let width = high - low
      forEachWord(target.count, at: position) { target[$0] = low + width * Philox.uniform($1) }
    case .bernoulli(let probability):
      forEachWord(target.count, at: position) {
        target[$0] = Philox.uniform($1) < probability ? 1 : 0
      }
    case .normal(let mean, let deviation):
      forEachBlock(target.count, at: position) { range, words in
        let (first, second) = Philox.normals(words[0], words[1])
        let (third, fourth) = Philox.normals(words[2], words[3])
        let numbers = SIMD4(first, second, third, fourth)
        for i in range { target[i] = mean + deviation * numbers[i - range.lowerBound] }
      }
    }
  }

  /// input · (1 / (1 − rate)), the factor rounded once, where u ≥ rate; otherwise 0.
  public func dropout(
    _ input: StridedArray, rate: Float, at position: RandomPosition, to result: StridedArray
  ) throws {
    guard input.shape == result.shape else {
      misuse("dropout: shape \(input.shape) to shape \(result.shape)")
    }
    let (source, target) = (input.floats, result.floats)
    let scale = 1 / (1 - rate)
    forEachWord(target.count, at: position) { i, word in
      target[i] = Philox.uniform(word) >= rate ? source[i] * scale : 0
    }
  }

  /// Calls the body with each element's number and its word of the stream.
  @inline(__always)
  private func forEachWord(
    _ count: Int, at position: RandomPosition, _ body: (Int, UInt32) -> Void
  ) {
    forEachBlock(count, at: position) { range, words in
      for i in range { body(i, words[i - range.lowerBound]) }
    }
  }

  /// Calls the body with up to four elements and the words of their block, on all cores.
  @inline(__always)
  private func forEachBlock(
    _ count: Int, at position: RandomPosition, _ body: (Range<Int>, SIMD4<UInt32>) -> Void
  ) {
    inParallel((count + 3) / 4, minimumPart: 4096) { blocks in
      for block in blocks {
        let place = RandomPosition(
          seed: position.seed, block: position.block &+ UInt64(block))
        body(block * 4..<min(block * 4 + 4, count), Philox.words(place))
      }
    }
  }
}
