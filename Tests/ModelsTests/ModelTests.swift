import Layers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct ModelTests {
  @Test(arguments: devices)
  func `LeNet has PyTorch's names and layouts`(_ device: Device) {
    on(device) {
      let expected: [(String, Shape)] = [
        ("features.0.weight", [20, 1, 5, 5]), ("features.0.bias", [20]),
        ("features.3.weight", [50, 20, 5, 5]), ("features.3.bias", [50]),
        ("classifier.1.weight", [500, 800]), ("classifier.1.bias", [500]),
        ("classifier.3.weight", [10, 500]), ("classifier.3.bias", [10]),
      ]
      let model = LeNet()
      #expect(model.namedParameters.map(\.name) == expected.map(\.0))
      #expect(model.namedParameters.map(\.parameter.shape) == expected.map(\.1))
      #expect(model.parameterCount == 431_080)
      #expect(model(.zeros([3, 1, 28, 28])).shape == [3, 10])
    }
  }

  @Test(arguments: devices)
  func `MLP has the widths it is given`(_ device: Device) {
    on(device) {
      let model = MLP()
      #expect(
        model.namedParameters.map(\.name) == [
          "layers.1.weight", "layers.1.bias", "layers.3.weight", "layers.3.bias", "layers.5.weight",
          "layers.5.bias",
        ])
      #expect(model.parameterCount == 785 * 256 + 257 * 128 + 129 * 10)
      #expect(model(.zeros([2, 1, 28, 28])).shape == [2, 10])
      #expect(MLP([3, 2])(.zeros([5, 3])).shape == [5, 2])
      #expect(MLP([3, 2]).parameterCount == 8)
    }
  }

  @Test(arguments: devices)
  func `every layer of LeNet shows its shape`(_ device: Device) {
    on(device) {
      let rows = LeNet().summary(input: [1, 28, 28]).rows
      #expect(
        rows.map(\.outputShape) == [
          [1, 20, 24, 24], [1, 20, 24, 24], [1, 20, 12, 12], [1, 50, 8, 8], [1, 50, 8, 8],
          [1, 50, 4, 4], [1, 800], [1, 500], [1, 500], [1, 10],
        ])
    }
  }

  @Test func `the catalog's models are what it says`() throws {
    #expect(
      ModelCatalog.entries.map(\.name) == [
        "lenet", "mlp", "perceptron", "xor", "cubic", "rbf", "char-lstm",
      ])
    let sizes = ModelCatalog.entries.map(\.parameterCount)
    #expect(sizes == [431_080, 235_146, 3, 33, 19, 76, 886_880])
    for entry in ModelCatalog.entries {
      try withDevice(.cpu, seed: 1) { () throws in
        let model = entry.make()
        #expect(model.parameterCount == entry.parameterCount)
        #expect(try #require(ModelCatalog[entry.name]).summary == entry.summary)
        let samples = Tensor.zeros(Shape([2] + entry.inputShape))
        switch entry.task {
        case .imageClassification(let classCount, _):
          #expect(model(samples).shape == [2, classCount])
          #expect(entry.classCount == classCount)
        case .binaryClassification:
          #expect(model(samples).shape == [2, 1])
          #expect(entry.classCount == 2)
        case .regression:
          #expect(model(samples).shape == [2, 1])
          #expect(entry.classCount == nil)
        case .nextCharacter(let make):
          #expect(entry.inputShape == [])
          #expect(make(7)(Tensor([6] as [Int32], shape: [1, 1])).shape == [1, 1, 7])
        }
      }
    }
    #expect(ModelCatalog["nothing"] == nil)
  }

  @Test func `a perceptron without an output stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = withDevice(.cpu) { MLP([3]) } }
  }
}
