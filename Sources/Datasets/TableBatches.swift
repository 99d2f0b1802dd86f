import Tensors

/// Some samples of a table, on a device.
public struct TableBatch: SampleBatch {
  /// What the model is given, float32 `[count, inputs]`.
  public let inputs: Tensor
  /// What it shall find, float32 `[count, targets]`.
  public let targets: Tensor

  /// How many samples these are.
  public var count: Int { inputs.shape[0] }
}

extension TableBatch {
  /// The inputs and the targets.
  public var tensors: [Tensor] { [inputs, targets] }

  /// Makes a batch of its inputs and targets.
  public init(tensors: [Tensor]) {
    guard tensors.count == 2 else { misuse("TableBatch: \(tensors.count) tensors, not 2") }
    self.init(inputs: tensors[0], targets: tensors[1])
  }
}

/// The batches of one pass over a table.
public struct TableBatches: BatchSequence {
  /// `samples`.
  public static var sampleNoun: String { "samples" }

  private let dataset: TableDataset
  private let plan: BatchPlan
  private let firstBatch: Int

  init(_ dataset: TableDataset, _ plan: BatchPlan, from firstBatch: Int) {
    self.dataset = dataset
    self.plan = plan
    self.firstBatch = firstBatch
  }

  /// How many batches there are, from the one that is started at to the last.
  public var count: Int { plan.batchCount - firstBatch }

  /// How many samples there are in these batches.
  public var sampleCount: Int { plan.sampleCount(from: firstBatch) }

  /// The batches without the first ones, at most all of them.
  public func dropFirst(_ count: Int = 1) -> TableBatches {
    guard count >= 0, count <= self.count else {
      misuse("TableBatches.dropFirst: cannot leave out \(count) of \(self.count) batches")
    }
    return TableBatches(dataset, plan, from: firstBatch + count)
  }

  /// Starts at the first batch.
  public func makeIterator() -> Iterator { Iterator(dataset, plan, from: firstBatch) }

  /// Hands out batches as tensors of the device that is current then.
  public struct Iterator: IteratorProtocol {
    private let dataset: TableDataset
    private let plan: BatchPlan
    private let order: [Int]
    private var batch: Int

    fileprivate init(_ dataset: TableDataset, _ plan: BatchPlan, from firstBatch: Int) {
      self.dataset = dataset
      self.plan = plan
      order = plan.order.indices(count: plan.sampleCount)
      batch = firstBatch
    }

    /// The next batch, or nil behind the last.
    public mutating func next() -> TableBatch? {
      guard batch < plan.batchCount else { return nil }
      let rows = order[plan.range(ofBatch: batch)].map { dataset[$0] }
      batch += 1
      return TableBatch(
        inputs: Tensor(rows.flatMap(\.inputs), shape: [rows.count, dataset.inputCount]),
        targets: Tensor(rows.flatMap(\.targets), shape: [rows.count, dataset.targetCount]))
    }
  }
}
