/// The order in which an epoch goes through the samples.
enum SampleOrder: Sendable {
  /// As they are stored.
  case stored
  /// Shuffled by a seed and the number of the epoch.
  case shuffled(seed: UInt64, epoch: Int)

  /// The numbers of the samples, each once.
  ///
  /// Shuffled by Fisher and Yates (Durstenfeld 1964), from the last place to the first, with the
  /// words of the epoch's region of the seed's stream: the same on every device and machine.
  func indices(count: Int) -> [Int] {
    var indices = Array(0..<count)
    guard case .shuffled(let seed, let epoch) = self else { return indices }
    var random = RandomWords(seed: seed, block: RandomRegion.shuffle(epoch: epoch))
    for last in stride(from: count - 1, to: 0, by: -1) {
      indices.swapAt(last, Int(random.next(below: UInt32(last + 1))))
    }
    return indices
  }
}
