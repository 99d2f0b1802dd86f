import Tensors
import TestSupport
import Testing
import Verification

@Suite struct GradientTests {
  @Test(arguments: devices, GradientCase.all)
  func functionsAndGradientsAreRight(_ device: Device, _ row: GradientCase) {
    for mode in VerificationMode.allCases {
      for finding in row.findings(mode, on: { device }).prefix(5) {
        Issue.record("\(finding.description)")
      }
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
