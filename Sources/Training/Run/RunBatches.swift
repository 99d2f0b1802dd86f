import Datasets
import Tensors

/// The batches of an epoch that a run has still to do; see `Run.progress(_:)`.
public struct RunBatches<Batches: BatchSequence>: Sequence, IteratorProtocol {
  private let run: Run
  private let total: Int
  private var batches: Batches.Iterator

  init(_ batches: Batches, of run: Run) {
    let done = run.position.stepInEpoch
    guard done <= batches.count else {
      misuse(
        "Run.progress: \(done) steps of the epoch are done, but it has \(batches.count) batches")
    }
    self.run = run
    total = batches.count
    let rest: Batches = batches.dropFirst(done)
    self.batches = rest.makeIterator()
    run.isEpochCutShort = false
    run.reporter.beginEpoch(
      run.position.epoch, sampleCount: rest.sampleCount, of: Batches.sampleNoun)
  }

  /// The next batch, with which the next step begins; nil behind the last, or where the run is to
  /// stop.
  public mutating func next() -> Batches.Element? {
    guard !run.isStopped else {
      run.isEpochCutShort = run.position.stepInEpoch < total
      return nil
    }
    guard let batch = batches.next() else { return nil }
    run.position.step += 1
    run.position.stepInEpoch += 1
    run.reporter.count(batch.count)
    return batch
  }
}
