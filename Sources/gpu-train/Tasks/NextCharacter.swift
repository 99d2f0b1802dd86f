import Needletail

/// Predicting the next character of a text, by truncated backpropagation: each step goes on with the
/// state that the last has left.
struct NextCharacter: LearningTask {
  /// The name of the text that is made up where no file is given.
  static let inventedText = "grammar"

  private let text: Text
  private let vocabulary: Vocabulary
  private let make: @Sendable (_ symbols: Int) -> CharacterLSTM

  /// Reads the text.
  ///
  /// - Parameters:
  ///   - source: The name of the text that is made up, or the path of a file.
  ///   - vocabulary: The characters of a run that is resumed or evaluated; otherwise those of the
  ///     part for training.
  init(
    _ make: @escaping @Sendable (_ symbols: Int) -> CharacterLSTM, source: String, seed: UInt64,
    vocabulary: Vocabulary?
  ) throws {
    self.make = make
    text = source == Self.inventedText ? .grammar(seed: seed) : try .file(source)
    self.vocabulary = vocabulary ?? Vocabulary(of: text.characters(.train))
  }

  func samples(_ split: Dataset.Split) -> TextDataset { TextDataset(text, split, vocabulary) }

  func check(_ samples: TextDataset, batchSize: Int) throws {
    guard samples.count > batchSize else {
      throw CommandError(
        """
        \(samples.name): \(samples.count) characters to train on are too few for \(batchSize) \
        streams of text; give a longer text, a larger --limit or a smaller --batch-size
        """)
    }
  }

  func makeModel() -> CharacterLSTM { make(vocabulary.count) }

  func layer(_ model: CharacterLSTM) -> any Layer { model }

  func loss(
    of model: CharacterLSTM, on batch: TextBatch, carried: inout [String: Tensor]
  ) -> Tensor {
    var state: LSTMState?
    if let hidden = carried["hidden"], let cell = carried["cell"] {
      state = LSTMState(hidden: hidden, cell: cell)
    }
    let (scores, next) = model(batch.inputs, state: state)
    let last = next.stopGradient()
    carried = ["hidden": last.hidden, "cell": last.cell]
    return nextCharacterLoss(scores, batch.targets)
  }

  func evaluate(_ model: CharacterLSTM, on samples: TextDataset) throws -> TestResult {
    let result = try Needletail.evaluate(model, on: samples)
    return TestResult(
      count: result.count, loss: result.loss,
      measures: [
        TestResult.Measure(
          name: "bitsPerCharacter", label: "bits per character", value: result.bitsPerCharacter)
      ])
  }

  func record(in configuration: inout RunConfiguration) {
    configuration.vocabulary = vocabulary.text
    configuration.dataChecksum = text.checksum
  }

  func sample(_ count: Int, from model: CharacterLSTM) throws -> String {
    // Where a line ends, another begins.
    let symbols = model.sample(count, after: vocabulary.symbol(of: "\n"))
    return vocabulary.text(of: try symbols.integers())
  }
}
