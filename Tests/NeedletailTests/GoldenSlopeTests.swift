import Glibc
import Needletail
import Testing

/// The reference's gradients against slopes of the function itself.
///
/// The golden scripts compute each slope in float64, as the difference of a function's values on
/// both sides of a place, without any rule of differentiation; `GoldenTests` compares the values
/// themselves. So neither this library's rules nor PyTorch's are taken for granted.
@Suite struct GoldenSlopeTests {
  private static let cases = GoldenFamily.cases.filter {
    $0.family.file.names.contains("\($0.name)/slope")
  }

  @Test(arguments: cases)
  func gradientsOfTheReferenceAreSlopes(_ golden: GoldenCase) throws {
    try withDevice(.cpu, seed: 1) { () throws in
      let file = golden.family.file
      func tensor(_ part: String) throws -> Tensor { try file.tensor("\(golden.name)/\(part)") }
      let count = file.names.count { $0.hasPrefix("\(golden.name)/input") }
      let inputs = try (0..<count).map { try tensor("input\($0)") }
      let upstream = try tensor("upstream")
      try #require(
        golden.family.apply(golden, inputs) != nil, "unknown operation \(golden.operation)")
      let (_, gradients) = golden.gradients(at: inputs, upstream)
      var (slope, scale) = (0.0, 1e-3)
      for gradient in gradients {
        for (index, element) in try #require(gradient).scalars().enumerated() {
          // The direction that goldens.py moves along.
          slope += Double(element) * cos(Double(index))
          scale += Double(element).magnitude * 1e-1
        }
      }
      let expected = Double(try tensor("slope").item())
      #expect(
        (slope - expected).magnitude <= 1e-5 * max(expected.magnitude, scale),
        "slope \(slope), by differences \(expected)")
    }
  }

  @Test func mostGradientsHaveASlope() {
    let differentiable = GoldenFamily.cases.filter {
      $0.family.file.names.contains("\($0.name)/upstream")
    }
    // The others are at corners, such as of equal elements that are to share a maximum.
    #expect(Self.cases.count * 10 >= differentiable.count * 8)
  }
}
