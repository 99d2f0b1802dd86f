import Layers
import Tensors
import TestSupport
import Testing

/// Programming errors stop the program and say what is wrong.
@Suite struct MisuseTests {
  @Test func `Linear names its input and its weight`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Linear(800, 500)(.zeros([128, 50, 4, 4])) }
    }
    expectMessage(result, "Linear: input [128, 50, 4, 4] does not fit weight [500, 800]")
  }

  @Test func `Conv2D names its input and its weight`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Conv2D(3, 8, kernel: 5)(.zeros([2, 1, 28, 28])) }
    }
    expectMessage(result, "Conv2D: input [2, 1, 28, 28] does not fit weight [8, 3, 5, 5]")
  }

  @Test func `pooling names its input and its window`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { MaxPool2D(Pair(2, 3))(.zeros([2, 1, 1, 1])) }
    }
    expectMessage(result, "MaxPool2D: input [2, 1, 1, 1], window 2×3")
  }

  @Test func `Flatten needs a batch axis`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Flatten()(.zeros([3])) }
    }
    expectMessage(result, "Flatten: input [3]")
  }

  @Test func `a loss that depends on no parameter has no gradient`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { valueAndGradient(of: Linear(1, 1)) { Tensor(1) } }
    }
    expectMessage(result, "does not depend on what it is differentiated by")
  }

  @Test func `losses do not broadcast`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { mseLoss(.zeros([4, 1]), .zeros([4])) }
    }
    expectMessage(result, "mseLoss: predictions [4, 1] and targets [4]")
  }

  @Test func `a parameter keeps its shape`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { Linear(3, 2).weight.value = .zeros([3, 2]) }
    }
    expectMessage(result, "float32 [3, 2] cannot replace float32 [2, 3]")
  }

  @Test func `a parameter is of float32`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Parameter(Tensor([1, 2] as [Int32], device: .cpu))
    }
    expectMessage(result, "Parameter: a tensor of int32 [2]")
  }

  @Test func `layers refuse impossible sizes`() async {
    await #expect(processExitsWith: .failure) { _ = Dropout(1) }
    await #expect(processExitsWith: .failure) { _ = Dropout(.nan) }
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { Conv2D(3, 4, kernel: 3, groups: 2) }
    }
    await #expect(processExitsWith: .failure) { _ = withDevice(.cpu) { Linear(-1, 4) } }
  }
}
