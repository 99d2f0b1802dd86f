import Layers
import Tensors
import TestSupport
import Testing

@Suite struct GradientsTests {
  /// loss (xw − y)², whose gradient is 2x(xw − y).
  @Test(arguments: devices)
  func `gradients are those of the loss by each parameter`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Linear(1, 1)
      layer.weight.value = Tensor([3], shape: [1, 1])
      layer.bias?.value = Tensor([1])
      let (loss, gradients) = valueAndGradient(of: layer) {
        mseLoss(layer(Tensor([2], shape: [1, 1])), Tensor([4], shape: [1, 1]))
      }
      #expect(try loss.item() == 9)
      let weight = try #require(gradients[layer.weight])
      #expect(weight.shape == [1, 1])
      #expect(try weight.item() == 12)
      let bias = try #require(layer.bias)
      #expect(try gradients[bias]?.scalars() == [6])
    }
  }

  @Test(arguments: devices)
  func `a parameter the loss does not use has no gradient`(_ device: Device) throws {
    on(device) {
      let model = Sequential {
        Linear(2, 2)
        Linear(2, 2)
      }
      let used = model.layers[0]
      let parameters = model.namedParameters.map(\.parameter)
      let (_, gradients) = valueAndGradient(of: model) { used(.ones([1, 2])).sum() }
      #expect(parameters.map { gradients[$0] != nil } == [true, true, false, false])
      #expect(gradients[Parameter(Tensor(0))] == nil)
    }
  }

  @Test(arguments: devices)
  func `a shared parameter collects from all its uses`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Linear(1, 1, bias: false, weightInitializer: .constant(3))
      let twice = Sequential([layer, layer])
      let (loss, gradients) = valueAndGradient(of: twice) { twice(.ones([1, 1])).sum() }
      #expect(try loss.item() == 9)
      #expect(try gradients[layer.weight]?.item() == 6)
    }
  }

  @Test(arguments: devices)
  func `a gradient can itself be differentiated`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Linear(1, 1, bias: false, weightInitializer: .constant(3))
      // w³ has the second derivative 6w.
      let (_, second) = valueAndGradient(of: layer) {
        let (_, first) = valueAndGradient(of: layer) {
          (layer.weight.value * layer.weight.value * layer.weight.value).sum()
        }
        return first[layer.weight]!.sum()
      }
      #expect(try second[layer.weight]?.item() == 18)
    }
  }

  @Test(arguments: devices)
  func `every layer of a network gets a gradient`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Sequential {
        Conv2D(1, 2, kernel: 3, padding: 1)
        LeakyReLU()
        MaxPool2D(2)
        Conv2D(2, 4, kernel: 3, groups: 2)
        Tanh()
        AveragePool2D(2)
        Flatten()
        Dropout(0.25)
        Linear(16, 5)
        Sigmoid()
        Linear(5, 3)
      }
      let images = Tensor.normal([4, 1, 12, 12])
      let labels = Tensor([0, 1, 2, 0] as [Int32])
      let (loss, gradients) = valueAndGradient(of: model) { crossEntropy(model(images), labels) }
      #expect(try loss.item().isFinite)
      for (name, parameter) in model.namedParameters {
        let gradient = try #require(gradients[parameter])
        #expect(gradient.shape == parameter.shape)
        #expect(try gradient.scalars().contains { $0 != 0 }, "\(name)")
      }
    }
  }

  @Test func `what the loss throws comes out`() throws {
    struct Problem: Error {}
    let layer = Linear(1, 1)
    #expect(throws: Problem.self) {
      _ = try valueAndGradient(of: layer) { () throws -> Tensor in throw Problem() }
    }
    #expect(!TrainingMode.isOn)
  }
}

@Suite struct TrainingModeTests {
  @Test func `training mode is on inside valueAndGradient alone`() {
    withDevice(.cpu) {
      let layer = Linear(1, 1)
      #expect(!TrainingMode.isOn)
      _ = valueAndGradient(of: layer) {
        #expect(TrainingMode.isOn)
        return layer(.ones([1, 1])).sum()
      }
      #expect(!TrainingMode.isOn)
    }
  }

  @Test(arguments: devices)
  func `dropout keeps the expectation in training and is absent otherwise`(_ device: Device) throws
  {
    try on(device) { () throws in
      let rate: Float = 0.3
      let model = Sequential {
        Linear(1, 1, bias: false, weightInitializer: .ones)
        Dropout(rate)
      }
      let input = Tensor.ones([100_000, 1])
      #expect(try model(input).scalars().allSatisfy { $0 == 1 })

      var dropped: [Float] = []
      let (_, gradients) = try valueAndGradient(of: model) { () throws in
        let output = model(input)
        dropped = try output.scalars()
        return output.mean()
      }
      let kept = dropped.filter { $0 != 0 }
      #expect(kept.allSatisfy { ($0 - 1 / (1 - rate)).magnitude < 1e-6 })
      // Five standard deviations of a binomial fraction.
      #expect((Float(kept.count) / 100_000 - (1 - rate)).magnitude < 0.0073)
      // Output and gradient draw one mask: both are the mean of the mask.
      let mean = Float(Double(kept.count) / 100_000 / Double(1 - rate))
      let gradient = try #require(gradients[model.namedParameters[0].parameter])
      expectClose(try gradient.scalars(), [mean], within: 1e-4)
    }
  }
}
