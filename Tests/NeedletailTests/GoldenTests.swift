import Needletail
import TestSupport
import Testing

/// What PyTorch computes, on every device.
@Suite struct GoldenTests {
  @Test(arguments: devices, GoldenFamily.cases)
  func operationsAgreeWithPyTorch(_ device: Device, _ golden: GoldenCase) throws {
    try withDevice(device, seed: 1) { () throws in
      let file = golden.family.file
      func tensor(_ part: String) throws -> Tensor { try file.tensor("\(golden.name)/\(part)") }
      let count = file.names.count { $0.hasPrefix("\(golden.name)/input") }
      let inputs = try (0..<count).map { try tensor("input\($0)") }
      let output = try #require(
        golden.family.apply(golden, inputs), "unknown operation \(golden.operation)")
      try expectClose(output, try tensor("output"), "output")
      guard file.names.contains("\(golden.name)/upstream") else { return }
      let upstream = try tensor("upstream")
      let (varied, gradients) = golden.gradients(at: inputs, upstream)
      for (gradient, number) in zip(gradients, varied) {
        try expectClose(
          try #require(gradient), try tensor("gradient\(number)"), "gradient \(number)")
      }
    }
  }
}

extension GoldenCase {
  /// The numbers of the inputs that can be varied, and the gradients by them.
  func gradients(
    at inputs: [Tensor], _ upstream: Tensor
  ) -> (numbers: [Int], gradients: [Tensor?]) {
    let varied = inputs.indices.filter { inputs[$0].dtype == .float32 }
    let (_, gradients) = differentiate(at: varied.map { inputs[$0] }) { leaves in
      var arguments = inputs
      for (leaf, number) in zip(leaves, varied) { arguments[number] = leaf }
      return ((family.apply(self, arguments) ?? upstream) * upstream).sum()
    }
    return (varied, gradients)
  }
}

/// Expects the numbers of goldens.
///
/// Float32 against float64: what differs is the rounding of the operations themselves, relative to
/// the largest element, since sums cancel.
func expectClose(
  _ actual: Tensor, _ expected: Tensor, within tolerance: Float = 1e-5, _ what: Comment
) throws {
  #expect(actual.shape == expected.shape, what)
  guard expected.dtype == .float32 else {
    #expect(try actual.integers() == expected.integers(), what)
    return
  }
  let (x, y) = (try actual.scalars(), try expected.scalars())
  let scale = y.lazy.map(\.magnitude).max() ?? 0
  let worst = zip(x, y).lazy.map { ($0 - $1).magnitude }.max() ?? 0
  #expect(worst <= tolerance * max(scale, 1e-3), what)
}
