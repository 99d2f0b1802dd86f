import Tensors
import TestSupport
import Testing

/// Programming errors stop the program with a message that names the operation and the shapes.
@Suite struct MisuseTests {
  @Test func shapesThatDoNotBroadcast() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = Tensor.ones([2, 3]) + Tensor.ones([4]) }
    }
    expectMessage(result, "add", "[2, 3]", "[4]")
  }

  @Test func productsThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = matmul(Tensor.ones([2, 3]), Tensor.ones([4, 2])) }
    }
    expectMessage(result, "matmul", "[2, 3]", "[4, 2]")
  }

  @Test(.enabled(if: devices.count > 1, "needs an OpenCL device beside the reference"))
  func tensorsOnDifferentDevices() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let device = try Device(named: "opencl")
      _ = Tensor(1, device: .cpu) + Tensor(1, device: device)
    }
    expectMessage(result, "add", "cpu", "opencl:")
  }

  @Test func convolutionsThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = conv2d(.ones([1, 3, 8, 8]), .ones([4, 2, 3, 3])) }
    }
    expectMessage(result, "conv2d", "[1, 3, 8, 8]", "[4, 2, 3, 3]")
  }

  @Test func gradientsOfWhatHasNone() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = valueAndGradient(at: Tensor([1, 2])) { $0[0].step().sum() } }
    }
    expectMessage(result, "valueAndGradient", "step")
  }

  @Test func gradientsOfManyNumbers() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = valueAndGradient(at: Tensor([1, 2])) { $0[0] * 2 } }
    }
    expectMessage(result, "valueAndGradient", "[2]")
  }

  @Test func secondDerivativesThatAreNotKnown() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = valueAndGradient(at: Tensor([1, 2])) { x in
          valueAndGradient(at: x[0]) { $0[0].tanh().sum() }.gradients[0].sum()
        }
      }
    }
    expectMessage(result, "second derivative of tanh")
  }
}
