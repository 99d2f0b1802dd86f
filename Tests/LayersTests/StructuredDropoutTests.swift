import Layers
import Tensors
import TestSupport
import Testing

/// A layer behind a parameter, so that there is a gradient by its input.
private struct Scaled: Layer {
  let factor: Parameter
  let inner: any Layer

  func callAsFunction(_ input: Tensor) -> Tensor { inner(input * factor.value) }
}

@Suite struct StructuredDropoutTests {
  /// The outputs of a layer in training for ones, and the gradient of their sum by its input.
  private func train(_ layer: some Layer, _ shape: Shape) throws -> (y: [Float], dx: [Float]) {
    let model = Scaled(factor: Parameter(.ones(shape)), inner: layer)
    var output: Tensor?
    let (_, gradients) = valueAndGradient(of: model) {
      let y = model(.ones(shape))
      output = y.stopGradient()
      return y.sum()
    }
    return (
      try #require(output).scalars(), try #require(gradients[model.factor]).scalars()
    )
  }

  private func expectGroups(_ values: [Float], of size: Int, rate: Float) {
    var zeros = 0
    let groups = values.count / size
    for start in stride(from: 0, to: values.count, by: size) {
      let group = values[start..<start + size]
      #expect(group.allSatisfy { $0 == group.first })
      #expect(group.first == 0 || abs(group.first! - 1 / (1 - rate)) < 1e-6)
      if group.first == 0 { zeros += 1 }
    }
    // Within four standard deviations of the binomial distribution.
    let expected = rate * Float(groups)
    #expect(abs(Float(zeros) - expected) < 4 * (expected * (1 - rate)).squareRoot())
  }

  @Test(arguments: devices)
  func `Dropout2D drops whole channels and scales the others`(_ device: Device) throws {
    try on(device) { () throws in
      let (y, dx) = try train(Dropout2D(0.25), [20, 30, 3, 2])
      expectGroups(y, of: 6, rate: 0.25)
      #expect(y == dx)
    }
  }

  @Test(arguments: devices)
  func `DropPath drops whole samples and scales the others`(_ device: Device) throws {
    try on(device) { () throws in
      let (y, dx) = try train(DropPath(0.4), [500, 3, 2])
      expectGroups(y, of: 6, rate: 0.4)
      #expect(y == dx)
    }
  }

  @Test func `both leave the input alone in evaluation and at rate 0`() throws {
    try on(.cpu) { () throws in
      let input = Tensor.normal([4, 3, 2])
      #expect(try Dropout2D(0.5)(input).scalars() == input.scalars())
      #expect(try DropPath(0.5)(input).scalars() == input.scalars())
      #expect(try train(DropPath(0), [4, 2]).y.allSatisfy { $0 == 1 })
    }
  }

  @Test func `rates are probabilities below 1`() async {
    await #expect(processExitsWith: .failure) { _ = Dropout2D(1) }
    await #expect(processExitsWith: .failure) { _ = DropPath(-0.1) }
  }
}
