import Layers
import Tensors
import TestSupport
import Testing

/// The layers of convolution, borders and pooling: their shapes and weights, and what they compute.
@Suite struct ConvolutionLayerTests {
  @Test(arguments: devices)
  func `weights have PyTorch's names and layouts`(_ device: Device) {
    on(device) {
      let layers: [(any Layer, Shape)] = [
        (Conv1D(4, 6, kernel: 3, groups: 2), [6, 2, 3]),
        (Conv2D(4, 6, kernel: Pair(3, 2), padding: .same), [6, 4, 3, 2]),
        (Conv2D.depthwise(4, multiplier: 2, kernel: 3), [8, 1, 3, 3]),
        (Conv3D(4, 6, kernel: Triple(1, 2, 3), groups: 2), [6, 2, 1, 2, 3]),
        (ConvTranspose2D(4, 6, kernel: Pair(3, 2), groups: 2), [4, 3, 3, 2]),
      ]
      for (layer, shape) in layers {
        let parameters = layer.namedParameters
        #expect(parameters.map(\.name) == ["weight", "bias"])
        #expect(parameters[0].parameter.shape == shape)
      }
      #expect(ConvTranspose2D(4, 6, kernel: 3, groups: 2).bias?.shape == [6])
    }
  }

  @Test(arguments: devices)
  func `results have the shapes the documentation states`(_ device: Device) {
    on(device) {
      #expect(Conv1D(16, 33, kernel: 3, stride: 2)(.zeros([20, 16, 50])).shape == [20, 33, 24])
      #expect(Conv1D(2, 3, kernel: 4, padding: .same)(.zeros([1, 2, 7])).shape == [1, 3, 7])
      #expect(Conv2D(3, 8, kernel: 4, padding: .same)(.zeros([1, 3, 5, 6])).shape == [1, 8, 5, 6])
      #expect(
        Conv2D(
          3, 8, kernel: 4, padding: .edges(Edges(top: 1, bottom: 2)), paddingMode: .reflect)(
            .zeros([1, 3, 5, 6])
          ).shape == [1, 8, 5, 3])
      #expect(
        Conv2D.depthwise(3, kernel: 3, padding: 1)(.zeros([1, 3, 5, 6])).shape == [1, 3, 5, 6])
      #expect(
        Conv3D(1, 8, kernel: 3, padding: 1)(.zeros([2, 1, 5, 6, 7])).shape == [2, 8, 5, 6, 7])
      #expect(
        ConvTranspose2D(8, 3, kernel: 4, stride: 2, padding: 1)(.zeros([1, 8, 16, 16])).shape
          == [1, 3, 32, 32])
      #expect(Pad2D(1, mode: .reflect)(.zeros([2, 3, 8, 8])).shape == [2, 3, 10, 10])
      #expect(Pad1D(before: 2, after: 0)(.zeros([2, 3, 8])).shape == [2, 3, 10])
      #expect(AdaptiveAveragePool2D(7)(.zeros([1, 512, 10, 9])).shape == [1, 512, 7, 7])
      #expect(MaxPool2D(3, stride: 2, ceilMode: true)(.zeros([1, 2, 6, 8])).shape == [1, 2, 3, 4])
    }
  }

  @Test(arguments: devices)
  func `pooling of sequences and of whole channels`(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([1, 5, 3, 4, 2], shape: [1, 1, 5])
      #expect(try MaxPool1D(2)(x).scalars() == [5, 4])
      #expect(try MaxPool1D(2, ceilMode: true)(x).scalars() == [5, 4, 2])
      #expect(try AveragePool1D(2, ceilMode: true)(x).scalars() == [3, 3.5, 2])
      expectClose(
        try AveragePool1D(3, stride: 2, padding: 1, countsPadding: false)(x).scalars(), [3, 4, 3])
      expectClose(
        try AveragePool1D(3, stride: 2, padding: 1)(x).scalars(), [2, 4, 2])
      #expect(try GlobalAveragePool()(x).scalars() == [3])
      #expect(try GlobalMaxPool()(x).scalars() == [5])
      #expect(GlobalMaxPool()(.zeros([2, 3, 4, 5])).shape == [2, 3, 1, 1])
      #expect(try AdaptiveAveragePool1D(2)(x).scalars() == [3, 3])
      let image = Tensor([3, 0, 1, 4, 0, 2], shape: [1, 1, 2, 3])
      #expect(try AdaptiveMaxPool2D(Pair(1, 2))(image).scalars() == [4, 2])
      expectClose(
        try LpPool2D(norm: 2, Pair(2, 1))(image).scalars(), [5, 0, Float(5).squareRoot()])
      #expect(try LpPool1D(norm: 1, 2)(x).scalars() == [6, 7])
    }
  }

  /// The formula of AlexNet by hand: channels 1, 2, 3 and size 3.
  @Test(arguments: devices)
  func `local responses are divided by their neighbours`(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([1, 2, 3], shape: [1, 3, 1])
      let y = LocalResponseNorm(3, alpha: 3, beta: 1, k: 1)(x)
      // Sums of squares 1 + 4, 1 + 4 + 9 and 4 + 9.
      expectClose(try y.scalars(), [1.0 / 6, 2.0 / 15, 3.0 / 14])
    }
  }

  @Test func `layers name their input and their weight`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = withDevice(.cpu) { Conv3D(3, 8, kernel: 5)(.zeros([2, 1, 9, 9, 9])) }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Conv3D: input [2, 1, 9, 9, 9] does not fit weight [8, 3, 5, 5, 5]"))
  }

  @Test func `layers refuse impossible sizes`() async {
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { Conv1D(3, 4, kernel: 0) }
    }
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { ConvTranspose2D(3, 4, kernel: 3, groups: 2) }
    }
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { AdaptiveAveragePool2D(0)(.zeros([1, 1, 4, 4])) }
    }
  }
}
