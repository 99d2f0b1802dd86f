import Layers
import Tensors
import TestSupport
import Testing

/// Each layer against numbers worked out by hand.
@Suite struct LayerTests {
  @Test(arguments: devices)
  func `Linear computes x Wᵀ + b`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Linear(3, 2)
      #expect(layer.weight.shape == [2, 3])
      #expect(layer.bias?.shape == [2])
      layer.weight.value = Tensor([1, 2, 3, 0, -1, 1], shape: [2, 3])
      layer.bias?.value = Tensor([10, 20])
      let input = Tensor([1, 1, 1, 2, 0, -1], shape: [2, 3])
      #expect(try layer(input).scalars() == [16, 20, 9, 19])
      #expect(try layer(input[1]).scalars() == [9, 19])
      #expect(layer(.zeros([4, 5, 3])).shape == [4, 5, 2])

      let withoutBias = Linear(3, 2, bias: false)
      #expect(withoutBias.bias == nil)
      #expect(try withoutBias(.zeros([1, 3])).scalars() == [0, 0])
    }
  }

  /// The course's example with padding 1, and a bias.
  @Test(arguments: devices)
  func `Conv2D correlates`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Conv2D(1, 1, kernel: 3, padding: 1)
      layer.weight.value = Tensor([2, 0, 1, 0, 1, 2, 1, 0, 2], shape: [1, 1, 3, 3])
      layer.bias?.value = Tensor([100])
      let image = Tensor(
        [1, 2, 3, 0, 0, 1, 2, 3, 3, 0, 1, 2, 2, 3, 0, 1], shape: [1, 1, 4, 4])
      let expected: [Float] = [7, 12, 10, 2, 4, 15, 16, 10, 10, 6, 15, 6, 8, 10, 4, 3]
      expectClose(try layer(image).scalars(), expected.map { $0 + 100 })
    }
  }

  @Test(arguments: devices)
  func `Conv2D passes on stride, padding, dilation and groups`(_ device: Device) {
    on(device) {
      let layer = Conv2D(
        4, 6, kernel: Pair(3, 2), stride: Pair(2, 1), padding: Pair(1, 0), dilation: Pair(1, 2),
        groups: 2, bias: false)
      #expect(layer.weight.shape == [6, 2, 3, 2])
      #expect(layer.bias == nil)
      #expect(layer(.zeros([2, 4, 9, 8])).shape == [2, 6, 5, 6])
    }
  }

  @Test(arguments: devices)
  func `pooling takes the largest or the mean of each window`(_ device: Device) throws {
    try on(device) { () throws in
      let image = Tensor((1...9).map(Float.init), shape: [1, 1, 3, 3])
      #expect(try MaxPool2D(2, stride: 1)(image).scalars() == [5, 6, 8, 9])
      #expect(try MaxPool2D(2)(image).scalars() == [5])
      #expect(try MaxPool2D(3, stride: 2, padding: 1)(image).scalars() == [5, 6, 8, 9])
      expectClose(try AveragePool2D(2, stride: 1)(image).scalars(), [3, 4, 6, 7])
      expectClose(try AveragePool2D(Pair(1, 3))(image).scalars(), [2, 5, 8])
    }
  }

  @Test(arguments: devices)
  func `activations compute their formulas`(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([-2, 0, 1.5])
      expectClose(try ReLU()(x).scalars(), [0, 0, 1.5])
      expectClose(try LeakyReLU(slope: 0.1)(x).scalars(), [-0.2, 0, 1.5])
      expectClose(try Sigmoid()(x).scalars(), [0.11920292, 0.5, 0.81757448])
      expectClose(try Tanh()(x).scalars(), [-0.96402758, 0, 0.90514825])
      expectClose(try Step()(x).scalars(), [0, 1, 1])
      let scores = Tensor([0, 1, 3, 3], shape: [2, 2])
      expectClose(try Softmax()(scores).scalars(), [0.26894142, 0.73105858, 0.5, 0.5])
      expectClose(
        try Softmax(axis: 0)(scores).scalars(), [0.04742587, 0.11920292, 0.95257413, 0.88079708])
      expectClose(
        try LogSoftmax()(scores).scalars(), [-1.31326169, -0.31326169, -0.69314718, -0.69314718])
    }
  }

  @Test(arguments: devices)
  func `Flatten keeps the batch axis`(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor((0..<12).map(Float.init), shape: [2, 3, 2])
      #expect(Flatten()(x).shape == [2, 6])
      #expect(try Flatten()(x)[1].scalars() == [6, 7, 8, 9, 10, 11])
    }
  }
}
