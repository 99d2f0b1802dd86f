import Backends

/// What became of a case on a device.
enum CaseOutcome {
  /// It was tried.
  case tried(CaseResult)
  /// The device lacks something it needs.
  case unsupported(String)
  /// The device threw.
  case threw(String)
  /// It was stopped.
  case stopped

  init(_ body: () throws -> CaseResult) {
    do {
      self = .tried(try body())
    } catch is CaseWatch.Stopped {
      self = .stopped
    } catch {
      let limitation = (error as? any DeviceLimitation)?.limitation
      self = limitation.map(CaseOutcome.unsupported) ?? .threw("threw \(error)")
    }
  }
}

/// A case that a device gets wrong, or lacks something for.
package struct Finding: Sendable, CustomStringConvertible {
  /// The operation.
  package let operation: String
  /// Its row, as a pattern names it.
  package let path: String
  /// What was asked for.
  package let mode: VerificationMode
  /// The number of the case in the row, from 0.
  package let caseIndex: Int
  /// The shapes, layouts and parameters of the case.
  package let caseDescription: String
  /// What the contents of its arrays were drawn from.
  package let seed: UInt64
  /// What was wrong, or what the device lacks.
  package let problem: String
  /// Whether the device lacks something, rather than being wrong.
  package let isUnsupported: Bool

  /// Nil where all was right.
  init?(
    _ row: any VerificationRow, case index: Int, _ mode: VerificationMode, _ outcome: CaseOutcome
  ) {
    switch outcome {
    case .tried(let result):
      guard let found = result.problem else { return nil }
      (problem, isUnsupported) = (found, false)
    case .unsupported(let reason): (problem, isUnsupported) = (reason, true)
    case .threw(let reason): (problem, isUnsupported) = (reason, false)
    case .stopped: return nil
    }
    operation = row.operationName
    path = row.path
    self.mode = mode
    caseIndex = index
    caseDescription = row.describe(case: index)
    seed = row.seed(ofCase: index)
  }

  /// What was called with what, and what was wrong with it.
  package var description: String {
    "\(path), \(mode.rawValue): case \(caseIndex) of \(caseDescription), seed \(seed): \(problem)"
  }
}
