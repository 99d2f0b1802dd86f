import Tensors

/// A text as the symbols of a vocabulary, each of which is to be predicted from those before it.
///
/// ```swift
/// let text = try Text.file("book.txt")
/// let vocabulary = Vocabulary(of: text.characters(.train))
/// let train = TextDataset(text, .train, vocabulary)
/// for batch in train.batches(of: 32) {
///   …  // batch.inputs and batch.targets [64, 32]
/// }
/// ```
public struct TextDataset: Sendable {
  /// Over how many characters gradients are followed back, where nothing else is asked for.
  public static let usualSteps = 64

  /// The name of the text.
  public let name: String
  /// What the symbols stand for.
  public let vocabulary: Vocabulary
  /// How many characters there are.
  public private(set) var count: Int

  /// May be more than `count`.
  let symbols: [Int32]

  /// The part of a text.
  public init(_ text: Text, _ split: Dataset.Split, _ vocabulary: Vocabulary) {
    name = text.name
    self.vocabulary = vocabulary
    symbols = text.characters(split).map(vocabulary.symbol)
    count = symbols.count
  }

  /// The first characters, at most that many.
  public func prefix(_ maximumCount: Int) -> TextDataset {
    guard maximumCount >= 0 else { misuse("TextDataset.prefix: \(maximumCount) is negative") }
    var result = self
    result.count = min(count, maximumCount)
    return result
  }
}

extension TextDataset: SampleSet {
  /// The batches of any epoch: a text is always read in its order.
  public func batches(ofEpoch epoch: Int, size: Int) -> TextBatches { batches(of: size) }

  /// The text as streams side by side, cut into pieces for truncated backpropagation.
  ///
  /// The text is divided into as many streams of equal length, each of which goes on in the next
  /// batch where it ended in the last: the state of a recurrent network can be carried from batch to
  /// batch. The last batch has fewer steps where they do not divide the length. What is left behind
  /// the last stream, fewer characters than there are streams, is not used.
  ///
  /// - Parameters:
  ///   - streams: How many streams, at least 1 and fewer than characters.
  ///   - steps: How many characters of each stream are in a batch.
  public func batches(of streams: Int, steps: Int = TextDataset.usualSteps) -> TextBatches {
    guard streams >= 1, steps >= 1, streams < count else {
      misuse(
        "TextDataset.batches: \(streams) streams of \(steps) steps from \(count) characters; there "
          + "must be at least one stream and step, and a character more than streams")
    }
    return TextBatches(self, streams: streams, steps: steps, from: 0)
  }
}
