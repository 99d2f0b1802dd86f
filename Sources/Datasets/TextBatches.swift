import Tensors

/// A piece of several streams of text, on a device.
public struct TextBatch: SampleBatch {
  /// The symbols, int32 `[steps, streams]`.
  public let inputs: Tensor
  /// The symbols that follow each of them, int32 `[steps, streams]`.
  public let targets: Tensor

  /// How many characters are to be predicted.
  public var count: Int { targets.count }
}

extension TextBatch {
  /// The inputs and the targets.
  public var tensors: [Tensor] { [inputs, targets] }

  /// Makes a batch of its inputs and targets.
  public init(tensors: [Tensor]) {
    guard tensors.count == 2 else { misuse("TextBatch: \(tensors.count) tensors, not 2") }
    self.init(inputs: tensors[0], targets: tensors[1])
  }
}

/// The batches of one pass over a text; see `TextDataset.batches(of:steps:)`.
public struct TextBatches: BatchSequence {
  /// `characters`.
  public static var sampleNoun: String { "characters" }

  private let dataset: TextDataset
  private let streams: Int
  private let steps: Int
  private let firstBatch: Int

  init(_ dataset: TextDataset, streams: Int, steps: Int, from firstBatch: Int) {
    self.dataset = dataset
    self.streams = streams
    self.steps = steps
    self.firstBatch = firstBatch
  }

  /// How many characters of each stream are predicted.
  private var length: Int { (dataset.count - 1) / streams }

  /// How many batches there are, from the one that is started at to the last.
  public var count: Int { (length + steps - 1) / steps - firstBatch }

  /// How many characters are predicted in these batches.
  public var sampleCount: Int { Swift.max(length - firstBatch * steps, 0) * streams }

  /// The batches without the first ones, at most all of them.
  public func dropFirst(_ count: Int = 1) -> TextBatches {
    guard count >= 0, count <= self.count else {
      misuse("TextBatches.dropFirst: cannot leave out \(count) of \(self.count) batches")
    }
    return TextBatches(dataset, streams: streams, steps: steps, from: firstBatch + count)
  }

  /// Starts at the first batch.
  public func makeIterator() -> Iterator { Iterator(self) }

  /// Hands out batches as tensors of the device that is current then.
  public struct Iterator: IteratorProtocol {
    private let batches: TextBatches
    /// Where in each stream the next batch begins.
    private var start: Int

    fileprivate init(_ batches: TextBatches) {
      self.batches = batches
      start = batches.firstBatch * batches.steps
    }

    /// The next batch, or nil behind the last.
    public mutating func next() -> TextBatch? {
      guard start < batches.length else { return nil }
      let range = start..<Swift.min(start + batches.steps, batches.length)
      start = range.upperBound
      return TextBatch(
        inputs: batches.tensor(range), targets: batches.tensor(range.lowerBound + 1..<start + 1))
    }
  }

  /// The symbols of a range of each stream.
  private func tensor(_ range: Range<Int>) -> Tensor {
    let symbols = range.flatMap { step in
      (0..<streams).map { dataset.symbols[$0 * length + step] }
    }
    return Tensor(symbols, shape: [range.count, streams])
  }
}
