import Tensors

/// The epochs that a run has still to do; see `Run.epochs(_:)`.
public struct RunEpochs: Sequence, IteratorProtocol {
  private let run: Run
  private let count: Int
  private var last: Int?

  init(of run: Run, count: Int) {
    self.run = run
    self.count = count
  }

  /// The number of the next epoch; nil behind the last, or where the run is to stop.
  public mutating func next() -> Int? {
    let epoch = run.position.epoch
    guard !run.isStopped, epoch <= count else { return nil }
    guard epoch != last else {
      misuse("Run.epochs: epoch \(epoch) was not ended with endEpoch")
    }
    last = epoch
    return epoch
  }
}
