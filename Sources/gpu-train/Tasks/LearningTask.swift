import Needletail

/// What a model learns: from which data, by which loss, and how it is judged.
protocol LearningTask {
  /// A part of the data.
  associatedtype Samples: SampleSet
  /// What is trained: a layer, of whatever type the loss needs.
  associatedtype Model

  /// Reads a part of the data.
  func samples(_ split: Dataset.Split) throws -> Samples

  /// Checks that there are enough samples for batches of a size.
  func check(_ samples: Samples, batchSize: Int) throws

  /// Makes a model on the current device.
  func makeModel() -> Model

  /// The model as what has parameters.
  func layer(_ model: Model) -> any Layer

  /// The loss of a step.
  ///
  /// - Parameter carried: What the last step of the epoch has left for this one; empty in the first.
  func loss(
    of model: Model, on batch: Samples.Batches.Element, carried: inout [String: Tensor]
  ) -> Tensor

  /// Judges a model.
  func evaluate(_ model: Model, on samples: Samples) throws -> TestResult

  /// Adds to the configuration of a run what is needed to find the same data again.
  func record(in configuration: inout RunConfiguration)

  /// A text that the model writes.
  ///
  /// - Throws: `UsageError` where it does not write.
  func sample(_ count: Int, from model: Model) throws -> String
}

extension LearningTask {
  /// What a sample is called, in the plural.
  var sampleNoun: String { Samples.Batches.sampleNoun }

  func check(_ samples: Samples, batchSize: Int) {}

  func record(in configuration: inout RunConfiguration) {}

  /// Makes a step of training, and gives its loss.
  func train(
    _ model: Model, on batch: Samples.Batches.Element, with optimizer: any Optimizer,
    gradientLimit: Float?, carried: inout [String: Tensor]
  ) -> Tensor {
    let layer = layer(model)
    let (loss, gradients) = valueAndGradient(of: layer) {
      self.loss(of: model, on: batch, carried: &carried)
    }
    optimizer.update(gradientLimit.map { gradients.clipped(toGlobalNorm: $0) } ?? gradients)
    return loss
  }

  func sample(_ count: Int, from model: Model) throws -> String {
    throw UsageError("Only models of text write one: leave --sample out")
  }
}

extension LearningTask where Model == any Layer {
  func layer(_ model: any Layer) -> any Layer { model }
}

/// How well a model does on test data.
struct TestResult: Encodable {
  /// A number besides the loss.
  struct Measure {
    /// In `metrics.jsonl` after `test/`, such as `accuracy`.
    let name: String
    /// For a person.
    let label: String
    /// The number, from 0 to 1 where it is shown in percent.
    let value: Float
    var isPercentage = false

    /// The number for a person.
    var text: String {
      isPercentage
        ? "\(formatDecimal(100 * Double(value), places: 2)) %"
        : formatDecimal(Double(value), places: 4)
    }
  }

  /// How many samples there were.
  let count: Int
  let loss: Float
  /// What the loss is called for a person.
  var lossLabel = "loss"
  let measures: [Measure]

  /// The loss like the other measures.
  var lossMeasure: Measure { Measure(name: "loss", label: lossLabel, value: loss) }

  /// All numbers by the names they have in `metrics.jsonl`.
  var metrics: [String: Float] {
    Dictionary(
      uniqueKeysWithValues: ([lossMeasure] + measures).map { ("test/\($0.name)", $0.value) })
  }

  /// All numbers by names such as `testAccuracy`.
  func encode(to encoder: any Encoder) throws {
    let members = ([lossMeasure] + measures).map { measure in
      ("test" + measure.name.prefix(1).uppercased() + measure.name.dropFirst(), measure.value)
    }
    try Dictionary(uniqueKeysWithValues: members).encode(to: encoder)
  }
}
