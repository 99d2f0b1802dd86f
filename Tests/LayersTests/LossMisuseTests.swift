import Layers
import Tensors
import TestSupport
import Testing

/// What losses refuse.
@Suite struct LossMisuseTests {
  @Test func `crossEntropy needs a label for each sample`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        crossEntropy(.zeros([4, 3]), Tensor([0, 1] as [Int32]))
      }
    }
    expectMessage(result, "crossEntropy: scores [4, 3] and labels [2]")
  }

  @Test func `crossEntropy needs a weight for each class`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        crossEntropy(.zeros([1, 3]), Tensor([0] as [Int32]), weight: .ones([2]))
      }
    }
    expectMessage(result, "crossEntropy: weight [2] does not fit scores [1, 3]")
  }

  @Test func `soft targets have the shape of the logits`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { crossEntropy(.zeros([4, 3]), .zeros([4])) }
    }
    expectMessage(result, "crossEntropy: logits [4, 3] and soft targets [4]")
  }

  @Test func `cosineEmbeddingLoss needs pairs`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { cosineEmbeddingLoss(.zeros([4, 3]), .zeros([4, 3]), .ones([3])) }
    }
    expectMessage(result, "cosineEmbeddingLoss: [4, 3], [4, 3] and targets [3]")
  }

  @Test func `tripletMarginLoss needs one shape`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) {
        tripletMarginLoss(anchor: .zeros([4, 3]), positive: .zeros([3]), negative: .zeros([4, 3]))
      }
    }
    expectMessage(result, "tripletMarginLoss: anchor [4, 3], positive [3] and negative [4, 3]")
  }
}
