import Needletail

/// The matrix of operations × devices as text, and below it what was wrong.
package struct VerifyMatrix {
  /// How many findings are shown of an operation in a mode on a device, and how many that say the
  /// same of a device, such as that it cannot be opened.
  private static let shownFindings = 3

  private let report: VerificationReport
  private let scale: Scale
  private let level: TuningLevel

  package init(_ report: VerificationReport, scale: Scale, level: TuningLevel = .quick) {
    self.report = report
    self.scale = scale
    self.level = level
  }

  /// A matrix for each mode, the findings, and the result in one line.
  package var text: String {
    let matrices = report.modes.compactMap(matrix)
    return (matrices + findings + [result]).joined(separator: "\n\n")
  }

  // MARK: Matrices

  private func matrix(_ mode: VerificationMode) -> String? {
    let operations = report.operations.filter { report.cell($0, mode, target: 0) != nil }
    guard !operations.isEmpty else { return nil }
    var table = TextTable(
      [("OPERATION", .left), ("ROWS", .right), ("CASES", .right)]
        + report.targets.map { ($0.name, .left) })
    for operation in operations {
      let cells = report.targets.indices.map { report.cell(operation, mode, target: $0) }
      table.append(
        [operation, count(cells, \.rowCount), count(cells, \.caseCount)]
          + cells.map { $0.map { text(of: $0, mode) } ?? "" })
    }
    return "\(heading(of: mode))\n\(table.text)"
  }

  private func heading(of mode: VerificationMode) -> String {
    switch mode {
    case .forward: "Values, compared with the CPU reference: worst error / its bound"
    case .gradient: "Gradients, compared with finite differences: worst error / its bound"
    case .repeatability: "Two runs, compared bit for bit"
    }
  }

  private func count(
    _ cells: [VerificationReport.Cell?], _ number: (VerificationReport.Cell) -> Int
  ) -> String {
    (cells.compactMap { $0 }.map(number).max() ?? 0).grouped
  }

  private func text(of cell: VerificationReport.Cell, _ mode: VerificationMode) -> String {
    let error = cell.worst.map {
      "\(formatScientific($0.value)) / \(formatScientific($0.bound))"
    }
    switch cell.status {
    case .passed: return error ?? (mode == .repeatability ? "same" : "exact")
    case .failed:
      let share = "FAILED \(cell.failureCount.grouped) of \(cell.caseCount.grouped)"
      return error.map { "\(share): \($0)" } ?? share
    case .unsupported:
      return "unsupported \(cell.unsupportedCount.grouped) of \(cell.caseCount.grouped)"
    case .reference: return "reference"
    }
  }

  // MARK: Findings

  /// The first findings of each kind, then how many more there are.
  private var findings: [String] {
    var shown: [[String]: Int] = [:]
    var texts: [String] = []
    for (target, finding) in report.findings {
      let kinds = [
        ["\(target)", finding.operation, finding.mode.rawValue], ["\(target)", finding.problem],
      ]
      guard kinds.allSatisfy({ shown[$0, default: 0] < Self.shownFindings }) else { continue }
      for kind in kinds { shown[kind, default: 0] += 1 }
      texts.append(text(of: finding, target))
    }
    let left = report.findings.count - texts.count
    return left == 0 ? texts : texts + ["And \(left.grouped) more, which --json lists."]
  }

  private func text(of finding: Finding, _ target: Int) -> String {
    let target = report.targets[target]
    let word = finding.isUnsupported ? "unsupported" : "FAILED"
    return """
      \(word): \(finding.path), \(finding.mode.rawValue), on \(target.name)
        case \(finding.caseIndex): \(finding.caseDescription); seed \(finding.seed)
        \(finding.problem)
        \(RepeatCommand.text(finding, on: target, scale, level))
      """
  }

  /// All in one line.
  private var result: String {
    let devices = report.targets.map(\.name).joined(separator: ", ")
    let wrong =
      report.failureCount == 0 ? "nothing is wrong" : "\(report.failureCount.grouped) WRONG"
    let missing =
      report.unsupportedCount == 0 ? "" : ", \(report.unsupportedCount.grouped) unsupported"
    let cases = report.total == 1 ? "1 case" : "\(report.total.grouped) cases"
    return "\(cases) on \(devices): \(wrong)\(missing)"
  }
}

/// The command that repeats a single case.
enum RepeatCommand {
  static func text(
    _ finding: Finding, on target: VerificationTarget, _ scale: Scale, _ level: TuningLevel
  ) -> String {
    var words = ["gpu-train", "verify", "--device", target.device.name]
    if let kernels = target.kernels { words += ["--kernels", kernels.rawValue] }
    if scale != .standard { words += ["--scale", scale.rawValue] }
    if level != .quick { words += ["--level", level.rawValue] }
    words += ["--op", quoted(finding.path), "--case", "\(finding.caseIndex)"]
    return (words + ["--mode", finding.mode.rawValue]).joined(separator: " ")
  }

  /// A word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/-_.".contains($0))
    }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
