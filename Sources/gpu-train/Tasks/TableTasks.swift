import Needletail

/// A task whose samples are the rows of a table.
protocol TableTask: LearningTask where Samples == TableDataset, Model == any Layer {
  var model: ModelCatalog.Entry { get }
  var source: TableDataset.Source { get }
  var seed: UInt64 { get }
}

extension TableTask {
  func samples(_ split: Dataset.Split) -> TableDataset { .named(source, split, seed: seed) }

  func makeModel() -> any Layer { model.make() }
}

/// Telling 1 from 0, by the binary cross-entropy.
struct BinaryClassification: TableTask {
  let model: ModelCatalog.Entry
  let source: TableDataset.Source
  let seed: UInt64

  func loss(
    of model: any Layer, on batch: TableBatch, carried: inout [String: Tensor]
  ) -> Tensor { binaryCrossEntropyWithLogits(model(batch.inputs), batch.targets) }

  func evaluate(_ model: any Layer, on samples: TableDataset) throws -> TestResult {
    TestResult(try evaluateBinary(model, on: samples))
  }
}

/// Following a function, by the mean squared error.
struct Regression: TableTask {
  let model: ModelCatalog.Entry
  let source: TableDataset.Source
  let seed: UInt64

  func loss(
    of model: any Layer, on batch: TableBatch, carried: inout [String: Tensor]
  ) -> Tensor { mseLoss(model(batch.inputs), batch.targets) }

  func evaluate(_ model: any Layer, on samples: TableDataset) throws -> TestResult {
    let result = try evaluateRegression(model, on: samples)
    return TestResult(
      count: result.count, loss: result.meanSquaredError, lossLabel: "MSE",
      measures: [TestResult.Measure(name: "r2", label: "R²", value: result.r2)])
  }
}
