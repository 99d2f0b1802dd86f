import Layers
import Tensors
import TestSupport
import Testing

@Suite struct WeightsTests {
  @Test(arguments: devices)
  func `weights of one model fit another`(_ device: Device) throws {
    try on(device) { () throws in
      let (a, b) = (Linear(3, 2), Linear(3, 2))
      try b.loadWeights(Dictionary(uniqueKeysWithValues: a.weights.map { ($0.name, $0.tensor) }))
      #expect(try a.weight.value.scalars() == b.weight.value.scalars())
      let input = Tensor.normal([4, 3])
      #expect(try a(input).scalars() == b(input).scalars())
    }
  }

  @Test(arguments: devices)
  func `weights are copied to the device of the model`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Linear(1, 2)
      try model.loadWeights([
        "weight": Tensor([1, 2], shape: [2, 1], device: .cpu),
        "bias": Tensor([3, 4], device: .cpu),
      ])
      #expect(model.weight.device == device)
      #expect(try model.weight.value.scalars() == [1, 2])
    }
  }

  @Test(arguments: devices)
  func `a model moves between devices`(_ device: Device) throws {
    try on(.cpu) { () throws in
      let model = Linear(2, 1)
      let before = try model.weight.value.scalars()
      try model.move(to: device)
      #expect(model.namedParameters.allSatisfy { $0.parameter.device == device })
      #expect(try model.weight.value.scalars() == before)
      #expect(model(.zeros([1, 2], device: device)).device == device)
    }
  }

  @Test func `weights that do not fit are listed and change nothing`() throws {
    try on(.cpu) { () throws in
      let model = Sequential {
        Linear(3, 2)
        Linear(2, 1)
      }
      let before = try model.weights.flatMap { try $0.tensor.scalars() }
      let error = #expect(throws: NamedTensorsError.self) {
        try model.loadWeights([
          "0.weight": .zeros([3, 2]), "0.bias": .zeros([2]), "1.weight": Tensor([1] as [Int32]),
          "2.weight": .zeros([1]), "2.bias": .zeros([1]),
        ])
      }
      #expect(error?.missing == ["1.bias"])
      #expect(error?.unexpected == ["2.bias", "2.weight"])
      #expect(error?.mismatching.map(\.name) == ["0.weight", "1.weight"])
      #expect(error?.mismatching.map(\.shape) == [[3, 2], [1]])
      #expect(error?.mismatching.map(\.expectedShape) == [[2, 3], [1, 2]])
      #expect(
        error?.description == """
          the weights do not fit: missing 1.bias; unexpected 2.bias, 2.weight; \
          0.weight is float32 [3, 2] and must be float32 [2, 3]; \
          1.weight is int32 [1] and must be float32 [1, 2]
          """)
      #expect(try model.weights.flatMap { try $0.tensor.scalars() } == before)
    }
  }
}
