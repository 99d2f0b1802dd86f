import Datasets
import Layers
import Tensors
import TestSupport
import Testing
import Training

@Suite struct EvaluationTests {
  /// Logits 0, 1 and 2, whatever the image.
  private struct Constant: Layer {
    func callAsFunction(_ images: Tensor) -> Tensor {
      Tensor([0, 1, 2]).broadcast(to: [images.shape[0], 3])
    }
  }

  @Test("Loss and accuracy are means over all samples, whatever the batches", arguments: devices)
  func means(_ device: Device) throws {
    try withDevice(device, seed: 1) {
      for batchSize in [1, 8, 37, 100] {
        let result = try evaluate(Constant(), on: SmallRun.dataset, batchSize: batchSize)
        #expect(result.count == 37)
        #expect(result.accuracy == Float(12) / 37)
        // ln(1 + e + e²) − label, with 13 labels of 0, 12 of 1 and 12 of 2.
        #expect(abs(result.loss - (2.407_605_96 - Float(36) / 37)) < 1e-6)
      }
      #expect(try accuracy(of: Constant(), on: SmallRun.dataset.prefix(3)) == Float(1) / 3)
    }
  }

  @Test("There is nothing to say of an empty data set")
  func empty() throws {
    try withDevice(.cpu) {
      let result = try evaluate(Constant(), on: SmallRun.dataset.prefix(0))
      #expect(result.count == 0)
      #expect(result.loss.isNaN && result.accuracy.isNaN)
    }
  }
}
