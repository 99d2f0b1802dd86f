import Tensors

/// Samples of a few numbers each, with the numbers to be found for them.
///
/// ```swift
/// let train = TableDataset.named(.xor, .train)
/// for batch in train.batches(of: 4, shuffledBy: epoch) {
///   …  // batch.inputs [4, 2], batch.targets [4, 1]
/// }
/// ```
public struct TableDataset: Sendable {
  /// A sample.
  public struct Row: Hashable, Sendable {
    /// What a model is given.
    public var inputs: [Float]
    /// What it shall find.
    public var targets: [Float]

    /// Makes a row.
    public init(inputs: [Float], targets: [Float]) {
      self.inputs = inputs
      self.targets = targets
    }
  }

  /// The name, such as `xor`.
  public let name: String
  /// How many samples there are.
  public private(set) var count: Int
  /// How many numbers are given of a sample.
  public let inputCount: Int
  /// How many numbers are to be found.
  public let targetCount: Int

  /// The rows; may be more than `count`.
  private let rows: [Row]

  /// Makes a data set of rows of one width, at least one.
  public init(name: String, rows: [Row]) {
    guard let first = rows.first else { misuse("TableDataset: there are no rows") }
    inputCount = first.inputs.count
    targetCount = first.targets.count
    for row in rows where (row.inputs.count, row.targets.count) != (inputCount, targetCount) {
      misuse(
        "TableDataset: a row of \(row.inputs.count) inputs and \(row.targets.count) targets among "
          + "those of \(inputCount) and \(targetCount)")
    }
    self.name = name
    self.rows = rows
    count = rows.count
  }

  /// The sample of a number from 0 to `count - 1`.
  public subscript(index: Int) -> Row {
    guard index >= 0, index < count else {
      misuse("TableDataset: there is no sample \(index) among \(count)")
    }
    return rows[index]
  }

  /// The first samples, at most that many.
  public func prefix(_ maximumCount: Int) -> TableDataset {
    guard maximumCount >= 0 else { misuse("TableDataset.prefix: \(maximumCount) is negative") }
    var result = self
    result.count = min(count, maximumCount)
    return result
  }
}

extension TableDataset: SampleSet {
  /// The batches of an epoch, shuffled by the seed of the enclosing `withDevice` and the epoch.
  public func batches(ofEpoch epoch: Int, size: Int) -> TableBatches {
    batches(of: size, shuffledBy: epoch)
  }

  /// The samples in batches, the last of which holds what is left over.
  ///
  /// - Parameters:
  ///   - batchSize: How many samples a batch has, at least 1.
  ///   - epoch: The number of the epoch, at least 0, which decides the order; without it, samples
  ///     come as they are stored.
  ///   - seed: What orders are drawn from; by default the seed of the enclosing `withDevice`.
  public func batches(
    of batchSize: Int, shuffledBy epoch: Int? = nil, seed: UInt64 = Random.current.seed
  ) -> TableBatches {
    TableBatches(
      self,
      BatchPlan(sampleCount: count, batchSize: batchSize, shuffledBy: epoch, seed: seed), from: 0)
  }
}
