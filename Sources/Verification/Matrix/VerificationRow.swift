import Tensors

/// An operation in one of its uses, with the cases it is tried on: a row of the table that drives
/// the tests and `gpu-train verify`.
package protocol VerificationRow: Sendable, CustomStringConvertible {
  /// The operation, such as `softmax`.
  var operationName: String { get }
  /// The use, such as `plain of large numbers`.
  var name: String { get }
  /// What can be asked of it.
  var modes: Set<VerificationMode> { get }
  /// How many cases it has.
  var caseCount: Int { get }
  /// How far results may be from the reference's.
  var bound: Bound { get }

  /// The shapes of a case's arrays.
  func shapes(ofCase index: Int) -> [Shape]

  /// What a case is tried on: shapes, layouts, parameters.
  func describe(case index: Int) -> String

  /// Computes what is right, once for all devices.
  ///
  /// - Throws: What the reference throws.
  func prepare(case index: Int, _ mode: VerificationMode, reference: Device) throws -> PreparedCase
}

/// A case with what is right.
package struct PreparedCase {
  /// Tries the case on a device; throws what the device throws, and `CaseWatch.Stopped`.
  let compare: (Device, CaseWatch) throws -> CaseResult
}

extension VerificationRow {
  /// The operation and its use, as a pattern names it: `softmax/plain of large numbers`.
  package var path: String { name.isEmpty ? operationName : "\(operationName)/\(name)" }

  package var description: String { path }

  /// The seed of the contents of a case, the same in every run (FNV-1a of the row's names).
  package func seed(ofCase index: Int) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(operationName) \(name)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    return hash &+ UInt64(index)
  }

  /// What a device gets wrong in the cases of a mode; it is opened for each case.
  package func findings(
    _ mode: VerificationMode, reference: Device = .cpu, on device: () throws -> Device
  ) -> [Finding] {
    (0..<caseCount).compactMap { index in
      let outcome = CaseOutcome {
        try prepare(case: index, mode, reference: reference).compare(device(), CaseWatch())
      }
      return Finding(self, case: index, mode, outcome)
    }
  }
}
