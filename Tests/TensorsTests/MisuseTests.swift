import Tensors
import Testing

/// Programming errors stop the program with a message that names the operation and the shapes.
@Suite struct MisuseTests {
  private func expect(_ result: ExitTest.Result?, _ parts: String...) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for part in parts { #expect(text.contains(part), "\(text)") }
  }

  @Test func shapesThatDoNotBroadcast() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = Tensor.ones([2, 3]) + Tensor.ones([4]) }
    }
    expect(result, "add", "[2, 3]", "[4]")
  }

  @Test func productsThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = matmul(Tensor.ones([2, 3]), Tensor.ones([4, 2])) }
    }
    expect(result, "matmul", "[2, 3]", "[4, 2]")
  }

  @Test(.enabled(if: devices.count > 1, "needs an OpenCL device beside the reference"))
  func tensorsOnDifferentDevices() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let device = try Device(named: "opencl")
      _ = Tensor(1, device: .cpu) + Tensor(1, device: device)
    }
    expect(result, "add", "cpu", "opencl:")
  }

  @Test func convolutionsThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = conv2d(.ones([1, 3, 8, 8]), .ones([4, 2, 3, 3])) }
    }
    expect(result, "conv2d", "[1, 3, 8, 8]", "[4, 2, 3, 3]")
  }

  @Test func gradientsOfWhatHasNone() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = valueAndGradient(at: Tensor([1, 2])) { $0[0].step().sum() } }
    }
    expect(result, "valueAndGradient", "step")
  }

  @Test func gradientsOfManyNumbers() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = valueAndGradient(at: Tensor([1, 2])) { $0[0] * 2 } }
    }
    expect(result, "valueAndGradient", "[2]")
  }

  @Test func secondDerivativesThatAreNotKnown() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = valueAndGradient(at: Tensor([1, 2])) { x in
          valueAndGradient(at: x[0]) { $0[0].tanh().sum() }.gradients[0].sum()
        }
      }
    }
    expect(result, "second derivative of tanh")
  }
}
