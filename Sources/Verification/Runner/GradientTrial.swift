import Backends
import Tensors

extension GradientCase: VerificationRow {
  package var operationName: String { operation }

  package var name: String { use }

  package var modes: Set<VerificationMode> { Set(VerificationMode.allCases) }

  package var caseCount: Int { shapes.count }

  package func shapes(ofCase index: Int) -> [Shape] { shapes[index] }

  package func describe(case index: Int) -> String {
    shapes[index].map(\.description).joined(separator: ", ")
  }

  package func prepare(
    case index: Int, _ mode: VerificationMode, reference: Device
  ) throws -> PreparedCase {
    let trial = try GradientTrial(self, index, reference: reference)
    switch mode {
    case .forward:
      let expected = try trial.values(on: reference)
      return PreparedCase { device, _ in trial.compare(try trial.values(on: device), with: expected)
      }
    case .gradient:
      let expected = try trial.differences(on: reference)
      return PreparedCase { device, _ in
        trial.compare(try trial.gradients(on: device), with: expected)
      }
    case .repeatability:
      return PreparedCase { device, _ in
        let first = try trial.bits(on: device)
        return .repeated(first == (try trial.bits(on: device)))
      }
    }
  }

  /// A function may be several kernels, of which each goes on from what the one before rounded.
  package var bound: Bound {
    .sums(factor: 16, because: "several kernels round one after another")
  }
}

/// A case of a function with the contents of its inputs.
private struct GradientTrial: Sendable {
  /// Central differences of step h err by O(h²) from the curvature and O(ε/h) from rounding; with
  /// float32 values and h = 10⁻², both stay below a few parts in a thousand.
  private static let step: Float = 1e-2

  private let row: GradientCase
  private let shapes: [Shape]
  private let seed: UInt64
  private let inputs: [[Float]]
  /// What each element of the result counts in the sum whose gradient is taken.
  private let weights: [Float]
  private let resultShape: Shape

  /// Draws the inputs, on the reference, so that every device has the same.
  init(_ row: GradientCase, _ index: Int, reference: Device) throws {
    self.row = row
    shapes = row.shapes[index]
    let seed = row.seed(ofCase: index)
    self.seed = seed
    (inputs, weights, resultShape) = try withDevice(reference, seed: seed) {
      let inputs = row.inputs(ofCase: index)
      let shape = row.function(inputs).shape
      return (
        try inputs.map { try $0.scalars() }, try Tensor.normal(shape).scalars(), shape
      )
    }
  }

  /// The function's values.
  func values(on device: Device) throws -> [Float] { try values(of: inputs, on: device) }

  /// The gradient by each input; nil where the function does not depend on it.
  func gradients(on device: Device) throws -> [[Float]?] {
    try withDevice(device, seed: seed) {
      let weights = Tensor(weights, shape: resultShape)
      let (_, gradients) = differentiate(at: tensors(inputs)) {
        (row.function($0) * weights).sum()
      }
      return try gradients.map { try $0?.scalars() }
    }
  }

  /// The bits of values and gradients.
  func bits(on device: Device) throws -> [[UInt32]] {
    let arrays = try [values(on: device)] + gradients(on: device).map { $0 ?? [] }
    return arrays.map { $0.map(\.bitPattern) }
  }

  /// The differences of the values by each element of each input.
  func differences(on device: Device) throws -> [[Double]] {
    try inputs.indices.map { number in
      try inputs[number].indices.map { index in
        let rise =
          try weightedSum(number, index, Self.step, on: device)
          - weightedSum(number, index, -Self.step, on: device)
        return rise / Double(2 * Self.step)
      }
    }
  }

  /// How far values are from the reference's.
  func compare(_ values: [Float], with expected: [Float]) -> CaseResult {
    guard values.count == expected.count else {
      return CaseResult(problem: "\(values.count) elements instead of \(expected.count)")
    }
    return CaseResult(
      values.map(\.bitPattern), expected.map(\.bitPattern), row.bound.tolerance(terms: 1))
  }

  /// How far gradients are from differences.
  func compare(_ gradients: [[Float]?], with differences: [[Double]]) -> CaseResult {
    inputs.indices.reduce(CaseResult()) { result, number in
      let expected = differences[number]
      let actual = gradients[number] ?? [Float](repeating: 0, count: expected.count)
      return result.merging(compare(actual, with: expected), as: "input \(number)")
    }
  }

  private func compare(_ gradient: [Float], with differences: [Double]) -> CaseResult {
    guard gradient.count == differences.count else {
      return CaseResult(problem: "\(gradient.count) elements instead of \(differences.count)")
    }
    let errors = zip(gradient, differences).map { actual, expected in
      let error = (Double(actual) - expected).magnitude / max(1, expected.magnitude)
      return error.isNaN ? .infinity : error
    }
    guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }) else {
      return CaseResult()
    }
    let error = BoundedError(errors[worst], bound: GradientCase.gradientBound)
    let problem =
      error.value <= error.bound
      ? nil
      : "element \(worst): gradient \(gradient[worst]), differences \(differences[worst]); "
        + "error \(error.value), bound \(error.bound)"
    return CaseResult(error: error, problem: problem)
  }

  /// The weighted sum of the values with one element of one input changed.
  private func weightedSum(
    _ number: Int, _ index: Int, _ change: Float, on device: Device
  ) throws -> Double {
    var changed = inputs
    changed[number][index] += change
    // Summed in Double, so that only the operation itself rounds.
    return zip(try values(of: changed, on: device), weights)
      .reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func values(of inputs: [[Float]], on device: Device) throws -> [Float] {
    try withDevice(device, seed: seed) { try row.function(tensors(inputs)).scalars() }
  }

  private func tensors(_ inputs: [[Float]]) -> [Tensor] {
    zip(inputs, shapes).map { Tensor($0, shape: $1) }
  }
}

extension GradientCase {
  /// The largest error of a gradient, as a part of the difference or of 1 where that is larger.
  package static let gradientBound = 1e-2
}
