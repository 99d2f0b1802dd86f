import Needletail

/// Following a function, by the mean squared error.
struct Regression: LearningTask {
  let model: ModelCatalog.Entry
  let source: TableDataset.Source
  let seed: UInt64

  func samples(_ split: Dataset.Split) -> TableDataset { .named(source, split, seed: seed) }

  func makeModel() -> any Layer { model.make() }

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
