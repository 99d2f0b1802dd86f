import Tensors
import TestSupport
import Testing

/// Composed operations at random shapes on every device, against the reference.
///
/// Values and gradients. What backends do themselves, the conformance tests try likewise.
@Suite struct PropertyTests {
  private static let casesPerFamily = 1000

  @Test(arguments: devices.filter { $0 != .cpu }, PropertyFamily.allCases)
  func agreesWithTheReference(_ device: Device, _ family: PropertyFamily) throws {
    for (seed, (example, draw)) in Self.cases(of: family).enumerated() {
      if let problem = try compare(example, draw, device) {
        Issue.record("\(example.name) of \(example.inputs), seed \(seed): \(problem)")
      }
    }
  }

  @Test(arguments: PropertyFamily.allCases)
  func casesDiffer(of family: PropertyFamily) {
    let described = Self.cases(of: family).map { "\($0.example.name) of \($0.example.inputs)" }
    #expect(described.count >= 1000)
    // Some happen to be drawn twice.
    #expect(Set(described).count >= described.count / 4)
  }

  /// The cases of a family; what else is drawn for one comes from the generator beside it.
  private static func cases(
    of family: PropertyFamily
  ) -> [(example: PropertyCase, draw: RandomDraw)] {
    let draws = family.draws
    return (0..<casesPerFamily).map { seed in
      var draw = RandomDraw(seed: UInt64(seed))
      let example = draws[seed % draws.count](&draw)
      return (example, draw)
    }
  }

  /// What differs from the reference, or nil.
  private func compare(
    _ example: PropertyCase, _ draw: RandomDraw, _ device: Device
  ) throws -> String? {
    let expected = try results(example, draw, on: .cpu)
    let actual = try results(example, draw, on: device)
    for (part, (x, y)) in zip(actual, expected).enumerated() {
      guard x.count == y.count else { return "part \(part) has \(x.count) elements" }
      // Sums cancel, so that errors are related to the largest element.
      let scale = y.lazy.map(\.magnitude).max() ?? 0
      for (index, (a, b)) in zip(x, y).enumerated()
      where !((a - b).magnitude <= 1e-4 * max(scale, 1e-2)) {
        return "part \(part), element \(index): \(a) instead of \(b)"
      }
    }
    return nil
  }

  /// The function's values, and the gradients of their weighted sum.
  private func results(
    _ example: PropertyCase, _ draw: RandomDraw, on device: Device
  ) throws -> [[Float]] {
    var draw = draw
    return try withDevice(device, seed: 7) {
      let inputs = example.inputs.map { Tensor(draw.numbers($0.count), shape: $0) }
      let value = example.function(inputs)
      let weights = Tensor(draw.numbers(value.count), shape: value.shape)
      let (_, gradients) = differentiate(at: inputs) { (example.function($0) * weights).sum() }
      return try [value.scalars()] + gradients.map { try $0?.scalars() ?? [] }
    }
  }
}
