import Layers
import Tensors
import TestSupport
import Testing

/// The activations that have parameters, and penalties on parameters.
@Suite struct ActivationTests {
  @Test(arguments: devices)
  func `PReLU has a slope for each channel`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = PReLU(2)
      #expect(layer.namedParameters.map(\.name) == ["weight"])
      #expect(try layer.weight.value.scalars() == [0.25, 0.25])
      layer.weight.value = Tensor([0.5, 2])
      let x = Tensor([-1, 1, -3, 4, -2, -2, 0, 1], shape: [2, 2, 2])
      #expect(try layer(x).scalars() == [-0.5, 1, -6, 4, -1, -1, 0, 1])
      let (_, gradients) = valueAndGradient(of: layer) { layer(x).sum() }
      #expect(try gradients[layer.weight]?.scalars() == [-5, -3])
      #expect(try PReLU(slope: 0.1)(Tensor([-10, 10])).scalars() == [-1, 10])
    }
  }

  @Test(arguments: devices)
  func `penalties are sums over the parameters that count`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Linear(2, 1)
      model.weight.value = Tensor([3, -4], shape: [1, 2])
      model.bias?.value = Tensor([1])
      #expect(try l2Penalty(0.5, of: model).item() == 6.5)
      #expect(try l1Penalty(0.5, of: model).item() == 4)
      let (loss, gradients) = valueAndGradient(of: model) {
        l2Penalty(0.5, of: model) { $0 == "weight" } + l1Penalty(2, of: model) { $0 == "bias" }
      }
      #expect(try loss.item() == 8.25)
      #expect(try gradients[model.weight]?.scalars() == [1.5, -2])
      #expect(try model.bias.flatMap { gradients[$0] }?.scalars() == [2])
    }
  }

  @Test func `a penalty on nothing is an error`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = l2Penalty(1, of: ReLU()) }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("l2Penalty"), "\(text)")
  }
}
