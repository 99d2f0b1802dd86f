import Layers
import Tensors
import Testing

private struct Scale: Layer {
  let factor = Parameter(Tensor(2, device: .cpu))
  func callAsFunction(_ input: Tensor) -> Tensor { input * factor.value }
}

/// Parameters in every place they can be.
private struct Everything: Layer {
  struct Pair {
    let left = Scale()
    let right = Scale()
  }

  let first = Parameter(.zeros([2], device: .cpu))
  let features = Sequential {
    Scale()
    Sequential {
      ReLU()
      Scale()
    }
  }
  let list: [any Layer] = [Scale(), ReLU(), Scale()]
  let absent: Scale? = nil
  let present: Scale? = Scale()
  let pair = Pair()
  let branches: [String: Scale] = ["z": Scale(), "a": Scale()]
  let tuple = (Scale(), named: Scale())
  let constant = Tensor.zeros([3], device: .cpu)
  let last = Parameter(.zeros([3], device: .cpu))

  func callAsFunction(_ input: Tensor) -> Tensor { input }
}

@Suite struct NamesTests {
  @Test func `parameters are named by their path in the order of declaration`() {
    #expect(
      Everything().namedParameters.map(\.name) == [
        "first", "features.0.factor", "features.1.1.factor", "list.0.factor", "list.2.factor",
        "present.factor", "pair.left.factor", "pair.right.factor", "branches.a.factor",
        "branches.z.factor", "tuple.0.factor", "tuple.named.factor", "last",
      ])
    #expect(Everything().parameterCount == 2 + 11 + 3)
  }

  @Test func `a Sequential adds no name of its own`() {
    withDevice(.cpu) {
      let model = Sequential {
        Linear(3, 2)
        ReLU()
        Linear(2, 1, bias: false)
      }
      #expect(model.namedParameters.map(\.name) == ["0.weight", "0.bias", "2.weight"])
      #expect(model.namedParameters.map(\.parameter.shape) == [[2, 3], [2], [1, 2]])
    }
  }

  @Test func `a shared parameter appears once, under its first name`() {
    struct Tied: Layer {
      let encoder: Linear
      let decoder: Linear
      init() {
        encoder = Linear(4, 4)
        decoder = encoder
      }
      func callAsFunction(_ input: Tensor) -> Tensor { decoder(encoder(input)) }
    }
    withDevice(.cpu) {
      #expect(Tied().namedParameters.map(\.name) == ["encoder.weight", "encoder.bias"])
      #expect(Tied().parameterCount == 20)
    }
  }

  @Test func `a class can be a layer, with what it inherits`() {
    class Base: Layer, @unchecked Sendable {
      let shift = Parameter(Tensor(1, device: .cpu))
      func callAsFunction(_ input: Tensor) -> Tensor { input + shift.value }
    }
    final class Derived: Base, @unchecked Sendable {
      let scale = Scale()
    }
    #expect(Derived().namedParameters.map(\.name) == ["shift", "scale.factor"])
  }

  @Test func `the braces of a Sequential take conditions and loops`() {
    func model(deep: Bool, widths: [Int]) -> Sequential {
      Sequential {
        if deep { Dropout(0.5) }
        for width in widths {
          ReLU()
          LeakyReLU(slope: Float(width))
        }
        if deep { Tanh() } else { Sigmoid() }
      }
    }
    func types(_ model: Sequential) -> [String] { model.layers.map { "\(type(of: $0))" } }
    #expect(
      types(model(deep: true, widths: [1, 2]))
        == ["Dropout", "ReLU", "LeakyReLU", "ReLU", "LeakyReLU", "Tanh"])
    #expect(types(model(deep: false, widths: [])) == ["Sigmoid"])
    #expect(Sequential {}.layers.isEmpty)
  }

  /// 640000 → 1024 → 2 without biases, as the course counts it; zeros take no memory.
  @Test func `a large network is counted without being filled`() {
    withDevice(.cpu) {
      let model = Sequential {
        Linear(640_000, 1024, bias: false, weightInitializer: .zeros)
        Linear(1024, 2, bias: false, weightInitializer: .zeros)
      }
      #expect(model.parameterCount == 655_362_048)
    }
  }
}
