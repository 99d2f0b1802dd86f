import Datasets
import Glibc
import Layers
import Tensors
import TestSupport
import Testing
import Training

@Suite struct TableEvaluationTests {
  /// Gives its first input times a factor.
  private struct Scaled: Layer {
    var factor: Float = 1

    func callAsFunction(_ input: Tensor) -> Tensor { input.slice(0..<1, axis: 1) * factor }
  }

  private func table(_ rows: [(Float, Float)]) -> TableDataset {
    TableDataset(
      name: "", rows: rows.map { TableDataset.Row(inputs: [$0.0], targets: [$0.1]) })
  }

  @Test(
    "A logit above 0 means 1; loss and accuracy are means whatever the batches", arguments: devices)
  func binary(_ device: Device) throws {
    let dataset = table([(2, 1), (-1, 1), (0, 0), (0, 1), (-3, 0)])
    let losses: [Double] = [log1p(exp(-2)), log1p(exp(1)), log(2), log(2), log1p(exp(-3))]
    try withDevice(device) {
      for batchSize in [1, 2, 5] {
        let result = try evaluateBinary(Scaled(), on: dataset, batchSize: batchSize)
        #expect(result.count == 5)
        #expect(result.accuracy == 0.6)
        #expect(abs(Double(result.loss) - losses.reduce(0, +) / 5) < 1e-6)
      }
    }
  }

  @Test("Mean squared error and R² are over all samples whatever the batches", arguments: devices)
  func regression(_ device: Device) throws {
    let dataset = table([(1, 2), (2, 3), (3, 7), (4, 8)])
    try withDevice(device) {
      for batchSize in [1, 3, 4] {
        let result = try evaluateRegression(Scaled(factor: 2), on: dataset, batchSize: batchSize)
        // Errors 0, 1, −1 and 0; the targets vary by 9 + 4 + 4 + 9 around 5.
        #expect(result.count == 4)
        #expect(abs(result.meanSquaredError - 0.5) < 1e-6)
        #expect(abs(result.r2 - (1 - Float(2) / 26)) < 1e-6)
      }
    }
  }
}
