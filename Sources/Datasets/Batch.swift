import Tensors

/// Some samples of a data set, on a device.
public struct Batch: SampleBatch {
  /// The normalized images, float32 [count, channels, height, width].
  public let images: Tensor
  /// The numbers of their classes, int32 [count].
  public let labels: Tensor

  /// How many samples these are.
  public var count: Int { labels.count }
}

extension Batch {
  /// The images and the labels.
  public var tensors: [Tensor] { [images, labels] }

  /// Makes a batch of its images and labels.
  public init(tensors: [Tensor]) {
    guard tensors.count == 2 else { misuse("Batch: \(tensors.count) tensors, not 2") }
    self.init(images: tensors[0], labels: tensors[1])
  }
}

/// The batches of one pass over a data set.
///
/// Each pass assembles them on a thread of its own, a few ahead of the one in use; the thread ends
/// with the iterator. A batch becomes tensors when it is asked for, on the device that is current
/// then.
public struct Batches: BatchSequence {
  /// `images`.
  public static var sampleNoun: String { "images" }

  private let dataset: Dataset
  private let plan: BatchPlan
  private let firstBatch: Int

  fileprivate init(_ dataset: Dataset, _ plan: BatchPlan, from firstBatch: Int) {
    self.dataset = dataset
    self.plan = plan
    self.firstBatch = firstBatch
  }

  /// How many batches there are, from the one that is started at to the last.
  public var count: Int { plan.batchCount - firstBatch }

  /// How many samples there are in these batches.
  public var sampleCount: Int { plan.sampleCount(from: firstBatch) }

  /// The batches without the first ones, at most all of them, which cost nothing.
  public func dropFirst(_ count: Int = 1) -> Batches {
    guard count >= 0, count <= self.count else {
      misuse("Batches.dropFirst: cannot leave out \(count) of \(self.count) batches")
    }
    return Batches(dataset, plan, from: firstBatch + count)
  }

  /// Starts to assemble the first batches.
  public func makeIterator() -> Iterator { Iterator(dataset, plan, from: firstBatch) }

  /// Hands out batches as tensors of the current device.
  public struct Iterator: IteratorProtocol {
    private let assembler: BatchAssembler?

    fileprivate init(_ dataset: Dataset, _ plan: BatchPlan, from firstBatch: Int) {
      assembler =
        firstBatch < plan.batchCount ? BatchAssembler(dataset, plan, from: firstBatch) : nil
    }

    /// The next batch, or nil behind the last.
    public func next() -> Batch? {
      assembler?.withNext { images, labels, shape in
        Batch(
          images: Tensor(bytes: UnsafeRawBufferPointer(images), .float32, shape: shape),
          labels: Tensor(bytes: UnsafeRawBufferPointer(labels), .int32, shape: [shape[0]]))
      }
    }
  }
}

extension Dataset: SampleSet {
  /// The batches of an epoch, shuffled by the seed of the enclosing `withDevice` and the epoch.
  public func batches(ofEpoch epoch: Int, size: Int) -> Batches {
    batches(of: size, shuffledBy: epoch)
  }

  /// The samples in batches.
  ///
  /// The last batch holds what is left over. Batches are shuffled by seed and epoch alone, so that
  /// they are the same on every device, and a resumed run sees what it would have seen.
  ///
  /// ```swift
  /// for epoch in 1...10 {
  ///   for batch in train.batches(of: 128, shuffledBy: epoch) { print(batch.images.shape) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - batchSize: How many samples a batch has, at least 1.
  ///   - epoch: The number of the epoch, at least 0, which decides the order; without it, samples
  ///     come as they are stored.
  ///   - seed: What orders are drawn from; by default the seed of the enclosing `withDevice`.
  ///   - firstBatch: How many batches to leave out, at most all of them. These cost nothing.
  public func batches(
    of batchSize: Int, shuffledBy epoch: Int? = nil, seed: UInt64 = Random.current.seed,
    startingAt firstBatch: Int = 0
  ) -> Batches {
    let plan = BatchPlan(
      sampleCount: count, batchSize: batchSize, shuffledBy: epoch, seed: seed)
    guard firstBatch >= 0, firstBatch <= plan.batchCount else {
      misuse("batches: cannot start at batch \(firstBatch) of \(plan.batchCount)")
    }
    return Batches(self, plan, from: firstBatch)
  }
}
