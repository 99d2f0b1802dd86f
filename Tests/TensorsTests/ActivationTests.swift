import Tensors
import TestSupport
import Testing

/// Activations and functions where formulas taken literally would fail.
@Suite struct ActivationTests {
  private static let far: [Float] = [-3e38, -1e20, -1e4, 1e4, 1e20, 3e38]

  private typealias Function = @Sendable (Tensor) -> Tensor

  /// Names, functions, and what they and their derivatives are far below and far above 0.
  private static let limits: [(String, Function, value: (Float, Float?), slope: (Float, Float))] = [
    ("elu", { $0.elu() }, (-1, nil), (0, 1)),
    ("gelu", { $0.gelu() }, (0, nil), (0, 1)),
    ("gelu by tanh", { $0.gelu(approximation: .tanh) }, (0, nil), (0, 1)),
    ("silu", { $0.silu() }, (0, nil), (0, 1)),
    ("softplus", { $0.softplus() }, (0, nil), (0, 1)),
    ("hardsigmoid", { $0.hardsigmoid() }, (0, 1), (0, 0)),
    ("hardswish", { $0.hardswish() }, (0, nil), (0, 1)),
    ("hardtanh", { $0.hardtanh() }, (-1, 1), (0, 0)),
    ("relu6", { $0.relu6() }, (0, 6), (0, 0)),
    ("softsign", { $0.softsign() }, (-1, 1), (0, 0)),
    ("erf", { $0.erf() }, (-1, 1), (0, 0)),
  ]

  @Test(arguments: devices, limits.indices)
  func activationsReachTheirLimits(_ device: Device, _ number: Int) throws {
    let (name, function, value, slope) = Self.limits[number]
    try on(device) { () throws in
      let x = Tensor(Self.far)
      // Where there is no limit above, the function becomes x.
      let values = Self.far.map { $0 < 0 ? value.0 : value.1 ?? $0 }
      if name == "hardswish" {
        // Six times the largest float is infinite.
        expectClose(
          try function(x).scalars().dropLast(), values.dropLast().map { $0 }, within: 1e-3)
      } else {
        expectClose(try function(x).scalars(), values, within: 1e-3, "\(name)")
      }
      let gradient = valueAndGradient(at: x) { function($0[0]).sum() }.gradients[0]
      expectClose(
        try gradient.scalars(), Self.far.map { $0 < 0 ? slope.0 : slope.1 }, within: 1e-3, "\(name)"
      )
    }
  }

  @Test(arguments: devices)
  func tailsKeepTheirPrecision(_ device: Device) throws {
    try on(device) { () throws in
      // x · Φ(x), ln(1 + eˣ), eˣ − 1 and ln(1 + x) in more digits than single precision has; the
      // literal formulas give 0 or lose half of the digits.
      expectRelative(try Tensor([-8]).gelu().scalars(), [-4.9767684e-15])
      expectRelative(try Tensor([-30]).softplus().scalars(), [9.3576230e-14])
      expectRelative(try Tensor([1e-7]).expm1().scalars(), [1.0000000e-7])
      expectRelative(try Tensor([1e-7]).log1p().scalars(), [9.9999995e-8])
      expectRelative(try Tensor([-1e-6]).elu().scalars(), [-9.9999950e-7])
    }
  }

  private func expectRelative(_ actual: [Float], _ expected: [Float]) {
    for (x, y) in zip(actual, expected) { #expect((x - y).magnitude <= 4e-6 * y.magnitude) }
  }

  @Test(arguments: devices)
  func notANumberStays(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([.nan, 1])
      for (name, function, _, _) in Self.limits {
        #expect(try function(x).scalars()[0].isNaN, "\(name)")
      }
      #expect(try x.clamp(min: 0, max: 1).scalars()[0].isNaN)
      #expect(try x.prelu(Tensor([0.5])).scalars()[0].isNaN)
    }
  }

  @Test(arguments: devices)
  func roundingGoesToTheEvenNeighbour(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.51, 1e9])
      #expect(try x.round().scalars() == [-2, -2, 0, 0, 2, 2, 3, 1e9])
      #expect(try x.floor().scalars() == [-3, -2, -1, 0, 1, 2, 2, 1e9])
      #expect(try x.ceil().scalars() == [-2, -1, 0, 1, 2, 3, 3, 1e9])
    }
  }

  @Test(arguments: devices)
  func masksAreTrueWhereTheyAreNotZero(_ device: Device) throws {
    try on(device) { () throws in
      let (x, y) = (Tensor([0, 0, 2, -1, .nan]), Tensor([0, 3, 0, 1, 0]))
      #expect(try (x .& y).scalars() == [0, 0, 0, 1, 0])
      #expect(try (x .| y).scalars() == [0, 1, 1, 1, 1])
      #expect(try (x .^ y).scalars() == [0, 1, 1, 0, 1])
      #expect(try (.!x).scalars() == [1, 1, 0, 0, 0])
      #expect(try (x .> 0 .& y .== 0).scalars() == [0, 0, 1, 0, 0])
    }
  }

  @Test(arguments: devices)
  func castsTruncateAndSaturate(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([1.9, -1.9, 3e9, -3e9, .nan, .infinity])
      #expect(try x.cast(to: .int32).integers() == [1, -1, .max, .min, 0, .max])
    }
  }

  @Test func slopesThatFitNoChannels() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = Tensor.ones([2, 3, 4]).prelu(.ones([4])) }
    }
    expectMessage(result, "prelu", "[4]", "[2, 3, 4]")
  }

  @Test func boundsInTheWrongOrder() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      withDevice(.cpu) { _ = Tensor([1]).clamp(min: 2, max: 1) }
    }
    expectMessage(result, "clamp", "2.0", "1.0")
  }
}
