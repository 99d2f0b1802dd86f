import Needletail

/// What `verify --json` prints.
package struct VerifyJSON: Encodable {
  struct Target: Encodable {
    let device: String
    let kernels: String?
    let description: String
    let driver: String
  }

  struct Cell: Encodable {
    let operation: String
    let mode: String
    let device: String
    let kernels: String?
    let status: String
    let rows: Int
    let cases: Int
    let failed: Int
    let unsupported: Int
    let error: Double?
    let bound: Double?
  }

  struct Problem: Encodable {
    let operation: String
    let row: String
    let mode: String
    let device: String
    let kernels: String?
    let `case`: Int
    let arrays: String
    let seed: UInt64
    let problem: String
    let command: String
  }

  let passed: Bool
  let scale: String
  let level: String
  let devices: [Target]
  let cells: [Cell]
  let failures: [Problem]
  let unsupported: [Problem]

  package init(_ report: VerificationReport, scale: Scale, level: TuningLevel = .quick) {
    passed = report.failureCount == 0
    self.scale = scale.rawValue
    self.level = level.rawValue
    devices = report.targets.map {
      Target(
        device: $0.device.name, kernels: $0.kernels?.rawValue, description: $0.device.summary,
        driver: $0.device.driver)
    }
    cells = Self.cells(report)
    let problems = report.findings.map { ($0.finding, report.targets[$0.target]) }
    failures = problems.filter { !$0.0.isUnsupported }.map { Problem($0, on: $1, scale, level) }
    unsupported = problems.filter { $0.0.isUnsupported }.map { Problem($0, on: $1, scale, level) }
  }

  private static func cells(_ report: VerificationReport) -> [Cell] {
    report.operations.flatMap { operation in
      report.modes.flatMap { mode in
        report.targets.enumerated().compactMap { number, target in
          report.cell(operation, mode, target: number).map {
            Cell($0, operation, mode, on: target)
          }
        }
      }
    }
  }
}

extension VerifyJSON.Cell {
  fileprivate init(
    _ cell: VerificationReport.Cell, _ operation: String, _ mode: VerificationMode,
    on target: VerificationTarget
  ) {
    // JSON has no infinity: an error without a finite size has none here.
    let worst = cell.worst.flatMap { $0.value.isFinite ? $0 : nil }
    self.init(
      operation: operation, mode: mode.rawValue, device: target.device.name,
      kernels: target.kernels?.rawValue, status: cell.status.rawValue, rows: cell.rowCount,
      cases: cell.caseCount, failed: cell.failureCount, unsupported: cell.unsupportedCount,
      error: worst?.value, bound: cell.worst?.bound)
  }
}

extension VerifyJSON.Problem {
  fileprivate init(
    _ finding: Finding, on target: VerificationTarget, _ scale: Scale, _ level: TuningLevel
  ) {
    self.init(
      operation: finding.operation, row: finding.path, mode: finding.mode.rawValue,
      device: target.device.name, kernels: target.kernels?.rawValue, case: finding.caseIndex,
      arrays: finding.caseDescription, seed: finding.seed, problem: finding.problem,
      command: RepeatCommand.text(finding, on: target, scale, level))
  }
}
