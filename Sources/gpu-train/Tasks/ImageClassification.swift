import Needletail

/// Telling the classes of images, by the cross-entropy.
struct ImageClassification: LearningTask {
  let model: ModelCatalog.Entry
  let source: String
  let seed: UInt64

  func samples(_ split: Dataset.Split) throws -> Dataset {
    let dataset = try Dataset.named(source, split, seed: seed)
    guard dataset.imageShape == model.inputShape, dataset.classCount == model.classCount else {
      throw CommandError(
        """
        \(source): these are images \(dataset.imageShape) of \(dataset.classCount) classes, but \
        \(model.name) takes images \(model.inputShape) of \(model.classCount ?? 0); choose other \
        data or another model
        """)
    }
    return dataset
  }

  func makeModel() -> any Layer { model.make() }

  func loss(
    of model: any Layer, on batch: Batch, carried: inout [String: Tensor]
  ) -> Tensor { crossEntropy(model(batch.images), batch.labels) }

  func evaluate(_ model: any Layer, on samples: Dataset) throws -> TestResult {
    TestResult(try Needletail.evaluate(model, on: samples))
  }
}

extension TestResult {
  /// The result of a classifier.
  init(_ result: Evaluation) {
    self.init(
      count: result.count, loss: result.loss,
      measures: [
        Measure(name: "accuracy", label: "accuracy", value: result.accuracy, isPercentage: true)
      ])
  }
}
