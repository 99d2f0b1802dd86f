import Layers
import Tensors
import TestSupport
import Testing

/// Counts how often it is applied.
private struct Counter: Layer {
  let calls = Buffer(Tensor([0] as [Int32], device: .cpu))
  let named = Buffer(Tensor(0, device: .cpu), name: "other_name")
  let absent: Buffer? = nil
  let factor = Parameter(Tensor(2, device: .cpu))

  func callAsFunction(_ input: Tensor) -> Tensor {
    calls.value = calls.value + 1
    return input * factor.value
  }
}

@Suite struct BufferTests {
  @Test func `buffers are named by their path or their own name`() {
    let counter = Counter()
    let model = Sequential([counter, counter, Counter()])
    #expect(
      model.namedBuffers.map(\.name) == ["0.calls", "0.other_name", "2.calls", "2.other_name"])
    #expect(
      model.weights.map(\.name) == [
        "0.factor", "2.factor", "0.calls", "0.other_name", "2.calls", "2.other_name",
      ])
    #expect(model.parameterCount == 2)
  }

  @Test func `a layer changes its buffer while a loss is differentiated`() throws {
    try on(.cpu) { () throws in
      let model = Counter()
      let (_, gradients) = valueAndGradient(of: model) { model(Tensor(3)) }
      #expect(try gradients[model.factor]?.item() == 3)
      #expect(try model.calls.value.integers() == [1])
    }
  }

  @Test(arguments: devices)
  func `buffers are loaded and moved with the weights`(_ device: Device) throws {
    try on(.cpu) { () throws in
      let model = Counter()
      try model.loadWeights([
        "calls": Tensor([7] as [Int32]), "other_name": Tensor(5), "factor": Tensor(3),
      ])
      try model.move(to: device)
      #expect(model.calls.value.device == device)
      #expect(try model.calls.value.integers() == [7])
      #expect(try model.named.value.item() == 5)
      #expect(try model(Tensor(2, device: device)).item() == 6)
      #expect(try model.calls.value.integers() == [8])
    }
  }

  @Test func `a missing buffer is named and nothing is changed`() throws {
    try on(.cpu) { () throws in
      let model = Counter()
      let error = #expect(throws: NamedTensorsError.self) {
        try model.loadWeights(["calls": Tensor([7] as [Int32]), "factor": Tensor(3)])
      }
      #expect(error?.missing == ["other_name"])
      #expect(try model.calls.value.integers() == [0])
    }
  }
}
