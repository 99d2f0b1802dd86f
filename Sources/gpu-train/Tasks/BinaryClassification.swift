import Needletail

/// Telling 1 from 0, by the binary cross-entropy.
struct BinaryClassification: LearningTask {
  let model: ModelCatalog.Entry
  let source: TableDataset.Source
  let seed: UInt64

  func samples(_ split: Dataset.Split) -> TableDataset { .named(source, split, seed: seed) }

  func makeModel() -> any Layer { model.make() }

  func loss(
    of model: any Layer, on batch: TableBatch, carried: inout [String: Tensor]
  ) -> Tensor { binaryCrossEntropyWithLogits(model(batch.inputs), batch.targets) }

  func evaluate(_ model: any Layer, on samples: TableDataset) throws -> TestResult {
    TestResult(try evaluateBinary(model, on: samples))
  }
}
