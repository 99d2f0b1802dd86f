import Tensors
import Testing

@Suite struct GradientTests {
  /// Central differences of step h err by O(h²) from the curvature and O(ε/h) from rounding; with
  /// float32 values and h = 10⁻², both stay below a few parts in a thousand.
  private static let step: Float = 1e-2
  private static let tolerance = 1e-2

  @Test(arguments: devices, GradientCase.all)
  func gradientsAgreeWithFiniteDifferences(_ device: Device, _ example: GradientCase) throws {
    try on(device) { () throws in
      let inputs = example.inputs()
      let weights = Tensor.normal(example.function(inputs).shape)
      let (_, gradients) = differentiate(at: inputs) { (example.function($0) * weights).sum() }
      for (number, input) in inputs.enumerated() {
        // A mask has no gradient.
        guard let gradient = gradients[number] else {
          #expect(example.testDescription == "where" && number == 0)
          continue
        }
        #expect(gradient.shape == input.shape)
        try compare(gradient, example, inputs, number, weights)
      }
    }
  }

  private func compare(
    _ gradient: Tensor, _ example: GradientCase, _ inputs: [Tensor], _ number: Int,
    _ weights: Tensor
  ) throws {
    let values = try inputs[number].scalars()
    let actual = try gradient.scalars()
    let weights = try weights.scalars()
    func value(at index: Int, _ change: Float) throws -> Double {
      var changed = values
      changed[index] += change
      var arguments = inputs
      arguments[number] = Tensor(changed, shape: inputs[number].shape)
      // Summed in Double, so that only the operation itself rounds.
      return zip(try example.function(arguments).scalars(), weights)
        .reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    for index in values.indices {
      let rise = try value(at: index, Self.step) - value(at: index, -Self.step)
      let numeric = rise / Double(2 * Self.step)
      let error = (numeric - Double(actual[index])).magnitude
      #expect(
        error <= Self.tolerance * max(1, numeric.magnitude),
        "input \(number), element \(index): gradient \(actual[index]), differences \(numeric)")
    }
  }

  @Test(arguments: devices)
  func aGradientIsItselfDifferentiable(_ device: Device) throws {
    try on(device) { () throws in
      // d²/dx² x⁴ = 12x².
      let (first, second) = valueAndGradient(at: Tensor(3)) { x in
        valueAndGradient(at: x[0]) { $0[0] * $0[0] * $0[0] * $0[0] }.gradients[0]
      }
      #expect(try first.item() == 108)
      #expect(try second[0].item() == 108)
    }
  }

  @Test(arguments: devices)
  func secondDerivativesGoThroughResults(_ device: Device) throws {
    try on(device) { () throws in
      // exp's gradient is written with its result: d²/dx² eˣ = eˣ.
      let (_, second) = valueAndGradient(at: Tensor(1)) { x in
        valueAndGradient(at: x[0]) { $0[0].exp() }.gradients[0]
      }
      expectClose([try second[0].item()], [2.7182818])
    }
  }

  @Test func anInputWithoutInfluenceHasGradientZero() throws {
    try on(.cpu) { () throws in
      let (_, gradients) = valueAndGradient(at: Tensor([1, 2]), Tensor([3, 4])) { $0[0].sum() }
      #expect(try gradients[1].scalars() == [0, 0])
    }
  }

  @Test func stopGradientMakesAConstant() throws {
    try on(.cpu) { () throws in
      let (value, gradients) = valueAndGradient(at: Tensor(3)) { $0[0] * $0[0].stopGradient() }
      #expect(try value.item() == 9)
      #expect(try gradients[0].item() == 3)
    }
  }

  @Test func nothingIsRecordedOutside() throws {
    try on(.cpu) { () throws in
      let (value, gradients) = valueAndGradient(at: Tensor(3)) { $0[0] * $0[0] }
      // Neither result leads back into the graph.
      let (_, again) = differentiate(at: [Tensor(1)]) { $0[0] * value * gradients[0] }
      #expect(try again[0]?.item() == 54)
    }
  }

  @Test func aLongChainIsReleasedWithoutRecursion() throws {
    try on(.cpu) { () throws in
      let (_, gradients) = valueAndGradient(at: Tensor(1)) { x in
        (0..<200_000).reduce(x[0]) { y, _ in y + 1 }
      }
      #expect(try gradients[0].item() == 1)
    }
  }

  @Test func tiesShareTheGradient() throws {
    try on(.cpu) { () throws in
      let (_, of) = valueAndGradient(at: Tensor([1, 2, 2])) { $0[0].max() }
      #expect(try of[0].scalars() == [0, 0.5, 0.5])
      let (_, both) = valueAndGradient(at: Tensor(2), Tensor(2)) { maximum($0[0], $0[1]) }
      #expect(try both.map { try $0.item() } == [0.5, 0.5])
    }
  }
}
