import Layers
import Tensors
import TestSupport
import Testing

/// What normalization and structured dropout refuse.
@Suite struct NormalizationMisuseTests {
  @Test func `BatchNorm needs its channels`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { BatchNorm(3)(.zeros([2, 4, 3])) }
    }
    expectMessage(result, "BatchNorm: input [2, 4, 3] must be [n, 3, …]")
  }

  @Test func `BatchNorm needs a variance in training`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        let layer = BatchNorm(3)
        _ = valueAndGradient(of: layer) { layer(.zeros([1, 3])).sum() }
      }
    }
    expectMessage(result, "BatchNorm: input [1, 3] has one number for each channel")
  }

  @Test func `LayerNorm needs its last axes`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { LayerNorm(2)(.zeros([2, 3])) }
    }
    expectMessage(result, "layerNorm: input [2, 3] does not end with [2]")
  }

  @Test func `GroupNorm needs groups of one size`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { GroupNorm(groups: 3, 4) }
    }
    expectMessage(result, "GroupNorm: 4 channels must be a positive multiple of 3 groups")
  }

  @Test func `InstanceNorm needs positions`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { InstanceNorm(3)(.zeros([2, 3])) }
    }
    expectMessage(result, "instanceNorm: input [2, 3] has no positions")
  }

  @Test func `weights have the shape normalized over`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { rmsNorm(.zeros([2, 3]), over: [3], weight: .ones([2])) }
    }
    expectMessage(result, "rmsNorm: weight or bias [2] where [3] is normalized over")
  }

  @Test func `a buffer keeps its type`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { BatchNorm(3).batchesTracked?.value = Tensor(1) }
    }
    expectMessage(result, "Buffer: float32 [] cannot replace int32 []")
  }

  @Test func `Dropout2D needs channels`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Dropout2D(0.5)(.zeros([2, 3])) }
    }
    expectMessage(result, "Dropout2D: input [2, 3] must be [n, channels, …]")
  }
}
