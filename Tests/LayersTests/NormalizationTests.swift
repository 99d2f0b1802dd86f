import Layers
import Tensors
import TestSupport
import Testing

@Suite struct NormalizationTests {
  @Test(arguments: devices)
  func `BatchNorm normalizes with the batch in training and tracks it`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = BatchNorm(2, epsilon: 0)
      layer.weight?.value = Tensor([1, 2])
      layer.bias?.value = Tensor([0, 10])
      // Channels 1, 3 (mean 2, variance 1, unbiased 2) and 0, 4 (2, 4, 8).
      let input = Tensor([1, 0, 3, 4], shape: [2, 2])
      var output: Tensor?
      _ = valueAndGradient(of: layer) {
        let y = layer(input)
        output = y.stopGradient()
        return y.sum()
      }
      expectClose(try #require(output).scalars(), [-1, 8, 1, 12])
      expectClose(try layer.runningMean!.value.scalars(), [0.2, 0.2])
      expectClose(try layer.runningVariance!.value.scalars(), [0.9 + 0.2, 0.9 + 0.8])
      #expect(try layer.batchesTracked!.value.integers() == [1])
    }
  }

  @Test(arguments: devices)
  func `BatchNorm uses its running statistics in evaluation and leaves them`(_ device: Device)
    throws
  {
    try on(device) { () throws in
      let layer = BatchNorm(2, epsilon: 0, affine: false)
      layer.runningMean!.value = Tensor([1, 2])
      layer.runningVariance!.value = Tensor([4, 16])
      let input = Tensor([1, 3, 2, 10, 5, 2], shape: [1, 2, 3])
      expectClose(try layer(input).scalars(), [0, 1, 0.5, 2, 0.75, 0])
      #expect(try layer.runningMean!.value.scalars() == [1, 2])
      #expect(try layer.batchesTracked!.value.integers() == [0])
    }
  }

  @Test(arguments: devices)
  func `BatchNorm without running statistics always uses the batch`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = BatchNorm(1, epsilon: 0, tracksRunningStatistics: false)
      #expect(layer.weights.map(\.name) == ["weight", "bias"])
      expectClose(try layer(Tensor([1, 3], shape: [2, 1])).scalars(), [-1, 1])
    }
  }

  @Test func `BatchNorm has PyTorch's names, of which only weight and bias are trained`() {
    on(.cpu) {
      let model = Sequential { BatchNorm(3) }
      #expect(model.namedParameters.map(\.name) == ["0.weight", "0.bias"])
      #expect(
        model.namedBuffers.map(\.name) == [
          "0.running_mean", "0.running_var", "0.num_batches_tracked",
        ])
      #expect(model.parameterCount == 6)
      #expect(BatchNorm(3, affine: false).parameterCount == 0)
      #expect(model.summary(input: [3, 4, 4]).rows[0].outputShape == [1, 3, 4, 4])
    }
  }

  @Test(arguments: devices)
  func `a large mean costs the variance no digits`(_ device: Device) throws {
    try on(device) { () throws in
      // 4096 and 4096 + 2⁻⁶: the squares alone would leave nothing of a variance of 2⁻¹⁴.
      let input = Tensor([4096, 4096.015625], shape: [2, 1])
      expectClose(try batchNorm(input, epsilon: 0).output.scalars(), [-1, 1])
      expectClose(
        try layerNorm(input.reshaped([1, 2]), over: [2], epsilon: 0).scalars(), [-1, 1])
    }
  }

  @Test(arguments: devices)
  func `layers normalize over their axes`(_ device: Device) throws {
    try on(device) { () throws in
      let input = Tensor([1, 3, 0, 4, 5, 5.5, 7, 9], shape: [1, 4, 2])
      expectClose(
        try LayerNorm(2, epsilon: 0)(input).scalars(), [-1, 1, -1, 1, -1, 1, -1, 1], within: 1e-5)
      expectClose(
        try InstanceNorm(4, epsilon: 0)(input).scalars(), [-1, 1, -1, 1, -1, 1, -1, 1],
        within: 1e-5)
      let root = Float(2.5).squareRoot()
      expectClose(
        Array(try GroupNorm(groups: 2, 4, epsilon: 0)(input).scalars()[..<4]),
        [-1 / root, 1 / root, -2 / root, 2 / root])
      // Mean squares of 5 and 8.
      expectClose(
        Array(try RMSNorm(2, epsilon: 0)(input).scalars()[..<4]),
        [1 / Float(5).squareRoot(), 3 / Float(5).squareRoot(), 0, Float(2).squareRoot()])
    }
  }

  @Test func `layers hold PyTorch's weights`() {
    on(.cpu) {
      #expect(LayerNorm([3, 4]).weights.map(\.tensor.shape) == [[3, 4], [3, 4]])
      #expect(LayerNorm(4, bias: false).weights.map(\.name) == ["weight"])
      #expect(GroupNorm(groups: 2, 4).weights.map(\.name) == ["weight", "bias"])
      #expect(InstanceNorm(4).weights.isEmpty)
      #expect(InstanceNorm(4, affine: true).weights.map(\.name) == ["weight", "bias"])
      #expect(RMSNorm(4).weights.map(\.name) == ["weight"])
    }
  }
}
