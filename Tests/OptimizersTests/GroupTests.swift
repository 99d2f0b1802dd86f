import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

@Suite struct GroupTests {
  @Test(arguments: devices)
  func `a group has a rate and a decay of its own`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Sequential {
        Linear(2, 1, weightInitializer: .constant(1), biasInitializer: .constant(1))
        Linear(1, 1, weightInitializer: .constant(1), biasInitializer: .constant(1))
      }
      let head = ParameterGroup(
        where: { name, _ in name == "1.weight" }, learningRate: 0.25, weightDecay: 0)
      let optimizer = SGD(
        model, learningRate: 0.5, weightDecay: 0.5, groups: [head, .undecayedVectors])
      // Every gradient is 1.
      optimizer.update(
        valueAndGradient(of: model) {
          model.weights.reduce(Tensor(0)) { $0 + $1.tensor.sum() }
        }.gradients)
      let found = try Dictionary(
        uniqueKeysWithValues: model.weights.map { ($0, try $1.scalars()) })
      // 1 − 0.5·(1 + 0.5·1) with the decay, 1 − 0.5·1 without, 1 − 0.25·1 in the group.
      #expect(
        found == [
          "0.weight": [0.25, 0.25], "0.bias": [0.5], "1.weight": [0.75], "1.bias": [0.5],
        ])
    }
  }

  @Test func `a group of no parameter stops the program`() async {
    await #expect(processExitsWith: .failure) {
      withDevice(.cpu) {
        _ = Adam(Linear(1, 1), groups: [ParameterGroup(where: { name, _ in name == "wieght" })])
      }
    }
    await #expect(processExitsWith: .failure) {
      _ = ParameterGroup(where: { _, _ in true }, weightDecay: -1)
    }
  }
}

@Suite struct ClippingTests {
  @Test(arguments: devices)
  func `the direction of clipped gradients stays`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Linear(2, 1)
      let (_, gradients) = valueAndGradient(of: model) {
        model(Tensor([3, 4], shape: [1, 2])).sum()
      }
      // The gradients are (3, 4) and 1.
      expectClose(try gradients.globalNorm!.scalars(), [Float(26).squareRoot()])
      let byNorm = gradients.clipped(toNorm: 1)
      expectClose(try byNorm[model.weight]!.scalars(), [0.6, 0.8])
      let byValue = gradients.clipped(toValue: 2)
      expectClose(try byValue[model.weight]!.scalars(), [2, 2])
      expectClose(
        try gradients.clipped(toGlobalNorm: 0.5).globalNorm!.scalars(), [0.5])
    }
  }

  @Test func `a negative limit stops the program`() async {
    await #expect(processExitsWith: .failure) {
      withDevice(.cpu) {
        let model = Linear(1, 1)
        let (_, gradients) = valueAndGradient(of: model) { model(.ones([1, 1])).sum() }
        _ = gradients.clipped(toNorm: -1)
      }
    }
  }
}
