/// What came of trying operations on devices: a matrix of cells, and all that was wrong.
package struct VerificationReport: Sendable {
  /// An operation in a mode on a device.
  package struct Cell: Sendable {
    /// How many rows it has.
    package fileprivate(set) var rowCount = 0
    /// How many cases were tried, or passed over for this is the reference.
    package fileprivate(set) var caseCount = 0
    /// How many of them were wrong.
    package fileprivate(set) var failureCount = 0
    /// For how many of them the device lacks something.
    package fileprivate(set) var unsupportedCount = 0
    /// The error that came nearest to its bound, or exceeded it most; nil where bits are compared.
    package fileprivate(set) var worst: BoundedError?
    /// Whether nothing was compared, for this is the reference.
    package fileprivate(set) var isReference = false

    /// All in all.
    package var status: Status {
      if failureCount > 0 { return .failed }
      if unsupportedCount > 0 { return .unsupported }
      return isReference ? .reference : .passed
    }
  }

  /// What came of the cases of a cell.
  package enum Status: String, Sendable {
    /// All are right.
    case passed
    /// Some are wrong.
    case failed
    /// None is wrong, but the device lacks something for some.
    case unsupported
    /// They are what others are compared with.
    case reference
  }

  private struct Place: Hashable {
    let operation: String
    let mode: VerificationMode
    let target: Int
  }

  /// The columns of the matrix.
  package let targets: [VerificationTarget]
  /// What was asked for.
  package let modes: [VerificationMode]
  /// The rows of the matrix.
  package private(set) var operations: [String] = []
  /// What was wrong and what was missing, each with the number of its device.
  package private(set) var findings: [(target: Int, finding: Finding)] = []
  /// How many cases were tried, on each device and in each mode.
  package private(set) var done = 0
  /// How many were to be tried.
  package let total: Int

  private var cells: [Place: Cell] = [:]

  init(_ targets: [VerificationTarget], _ modes: [VerificationMode], total: Int) {
    self.targets = targets
    self.modes = modes
    self.total = total
  }

  /// Whether all that was to be tried has been.
  package var isComplete: Bool { done == total }

  /// How many cases were wrong.
  package var failureCount: Int { findings.count { !$0.finding.isUnsupported } }

  /// For how many cases a device lacks something.
  package var unsupportedCount: Int { findings.count - failureCount }

  /// The cell of an operation, or nil where it has no cases in the mode.
  package func cell(_ operation: String, _ mode: VerificationMode, target: Int) -> Cell? {
    cells[Place(operation: operation, mode: mode, target: target)]
  }

  mutating func begin(_ row: any VerificationRow, _ mode: VerificationMode) {
    if !operations.contains(row.operationName) { operations.append(row.operationName) }
    for target in targets.indices { cells[place(row, mode, target), default: Cell()].rowCount += 1 }
  }

  mutating func skip(_ row: any VerificationRow, _ mode: VerificationMode, onTarget target: Int) {
    done += 1
    cells[place(row, mode, target), default: Cell()].skip()
  }

  mutating func record(
    _ outcome: CaseOutcome, _ row: any VerificationRow, case index: Int, _ mode: VerificationMode,
    onTarget target: Int
  ) {
    done += 1
    cells[place(row, mode, target), default: Cell()].record(outcome)
    if let finding = Finding(row, case: index, mode, outcome) { findings.append((target, finding)) }
  }

  private func place(_ row: any VerificationRow, _ mode: VerificationMode, _ target: Int) -> Place {
    Place(operation: row.operationName, mode: mode, target: target)
  }
}

extension VerificationReport.Cell {
  fileprivate mutating func skip() {
    caseCount += 1
    isReference = true
  }

  fileprivate mutating func record(_ outcome: CaseOutcome) {
    caseCount += 1
    switch outcome {
    case .stopped: break
    case .unsupported: unsupportedCount += 1
    case .threw: failureCount += 1
    case .tried(let result):
      if result.problem != nil { failureCount += 1 }
      worst = [worst, result.error].compactMap { $0 }.max()
    }
  }
}
