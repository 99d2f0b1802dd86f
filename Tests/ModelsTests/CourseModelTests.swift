import Glibc
import Layers
import Models
import Tensors
import TestSupport
import Testing

/// The models of a first course, with its numbers.
@Suite struct CourseModelTests {
  private static var inputs: Tensor { Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2]) }

  @Test(arguments: devices)
  func `perceptrons of given weights are AND, OR and NAND, and of them XOR is made`(
    _ device: Device
  ) throws {
    try on(device) { () throws in
      let and = Perceptron(weights: [0.5, 0.5], threshold: 0.7)
      let or = Perceptron(weights: [0.5, 0.5], threshold: 0.2)
      let nand = Perceptron(weights: [-0.5, -0.5], threshold: -0.7)
      #expect(try and.output(Self.inputs).scalars() == [0, 0, 0, 1])
      #expect(try or.output(Self.inputs).scalars() == [0, 1, 1, 1])
      #expect(try nand.output(Self.inputs).scalars() == [1, 1, 1, 0])
      let hidden = concatenate([nand.output(Self.inputs), or.output(Self.inputs)], axis: 1)
      #expect(try and.output(hidden).scalars() == [0, 1, 1, 0])
    }
  }

  @Test(arguments: devices)
  func `a perceptron fires above its threshold, not at it`(_ device: Device) throws {
    try on(device) { () throws in
      let perceptron = Perceptron(weights: [0.5, 0.25], threshold: 0.5)
      #expect(try perceptron.output(Self.inputs).scalars() == [0, 0, 0, 1])
      #expect(try perceptron(Self.inputs).scalars() == [-0.5, -0.25, 0, 0.25])
      #expect(perceptron.parameterCount == 3)
      #expect(Perceptron(5)(.zeros([2, 5])).shape == [2, 1])
    }
  }

  @Test(arguments: devices)
  func `the network for XOR has a hidden layer of eight`(_ device: Device) {
    on(device) {
      let model = XORNetwork()
      #expect(
        model.namedParameters.map(\.name) == [
          "layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias",
        ])
      #expect(model.parameterCount == 2 * 8 + 8 + 8 + 1)
      #expect(model(Self.inputs).shape == [4, 1])
    }
  }

  @Test(arguments: devices)
  func `six rectifiers set by hand follow the cubic`(_ device: Device) throws {
    try on(device) { () throws in
      let x = (-20...15).map { Float($0) / 10 }
      let y = try CubicNetwork.byHand()(Tensor(x, shape: [x.count, 1])).scalars()
      let values = Dictionary(uniqueKeysWithValues: zip(x, y))
      for (x, expected) in [(-2, -3.4), (-1, 0), (0, -1), (0.5, -1.2), (1, -0.3), (1.5, 3.2)]
        as [(Float, Float)]
      {
        #expect(abs(try #require(values[x]) - expected) < 1e-5)
      }
      for (x, y) in zip(x, y) { #expect(abs(y - (x * x * x + x * x - x - 1)) < 0.5) }
    }
  }

  @Test(arguments: devices)
  func `rectifiers bend at equal distances before they are trained`(_ device: Device) throws {
    try on(device) { () throws in
      let model = CubicNetwork()
      let slopes = try model.hidden.weight.value.scalars()
      let offsets = try #require(model.hidden.bias).value.scalars()
      for (index, bend) in zip(slopes, offsets).map({ -$1 / $0 }).enumerated() {
        #expect(abs(bend - (Float(index) * 2 - 5) / 3) < 1e-5)
      }
      #expect(model.parameterCount == 19)
    }
  }

  @Test(arguments: devices)
  func `the radial basis network is W·φ(‖x − xᵢ‖) + b`(_ device: Device) throws {
    try on(device) { () throws in
      let model = RadialBasisNetwork(centers: 2, width: 0.5)
      let centers = try #require(model.basis.centers)
      centers.value = Tensor([0, 0, 0.5, 1], shape: [2, 2])
      model.basis.output.weight.value = Tensor([2, -1], shape: [1, 2])
      model.basis.output.bias!.value = Tensor([0.25])
      let y = try model(Tensor([0.5, 0], shape: [1, 2])).item()
      // Distances 0.5 and 1, so that φ is e^-0.5 and e^-2.
      #expect(abs(y - (2 * exp(-0.5) - exp(-2) + 0.25)) < 1e-6)
    }
  }

  @Test(arguments: devices)
  func `centres of the radial basis network lie in the unit square`(_ device: Device) throws {
    try on(device) { () throws in
      let model = RadialBasisNetwork()
      let centers = try #require(model.basis.centers)
      #expect(centers.shape == [25, 2])
      #expect(try centers.value.scalars().allSatisfy { (0..<1).contains($0) })
      #expect(model.parameterCount == 76)
    }
  }
}
