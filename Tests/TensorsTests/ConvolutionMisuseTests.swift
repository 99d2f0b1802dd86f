import Tensors
import Testing

/// Convolutions and borders that do not fit say so.
@Suite struct ConvolutionMisuseTests {
  private func expect(_ result: ExitTest.Result?, _ parts: String...) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for part in parts { #expect(text.contains(part), "\(text)") }
  }

  @Test func `a transposed convolution names its images and its filter`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = convTranspose2d(.ones([1, 3, 8, 8]), .ones([2, 4, 3, 3])) }
    }
    expect(result, "convTranspose2d", "[1, 3, 8, 8]", "[2, 4, 3, 3]")
  }

  @Test func `output padding is less than the stride or the dilation`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = convTranspose2d(
          .ones([1, 1, 4, 4]), .ones([1, 1, 3, 3]),
          TransposedConvolution(stride: 2, outputPadding: 2))
      }
    }
    expect(result, "convTranspose2d", "output padding 2")
  }

  @Test func `a volume names its filter`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = conv3d(.ones([1, 2, 4, 4, 4]), .ones([1, 3, 2, 2, 2])) }
    }
    expect(result, "conv3d", "[1, 2, 4, 4, 4]", "[1, 3, 2, 2, 2]")
  }

  @Test func `sequences have three axes`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = conv1d(.ones([2, 4]), .ones([1, 2, 2])) }
    }
    expect(result, "conv1d", "[2, 4]")
  }

  @Test func `an edge that mirrors is narrower than the tensor`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = Tensor.ones([2, 3]).padded(axis: 1, before: 3, after: 0, mode: .reflect)
      }
    }
    expect(result, "pad", "[2, 3]", "0 to 2", "reflect")
  }

  @Test func `columns fit the images they are folded to`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = fold(.ones([1, 4, 5]), output: 3, kernel: 2) }
    }
    expect(result, "fold", "[1, 4, 5]", "[1, 4, 4]")
  }

  @Test func `edges and the convolution's own padding do not mix`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) {
        _ = conv2d(
          .ones([1, 1, 4, 4]), .ones([1, 1, 3, 3]), Convolution(padding: 1), padding: .same)
      }
    }
    expect(result, "conv2d", "padding 1×1")
  }
}
