import Needletail

/// The page in Markdown that lists operations × devices.
package enum OperationsPage {
  /// The page of a report.
  static func text(
    _ report: VerificationReport, rows: [any VerificationRow], scale: Scale, level: TuningLevel
  ) -> String {
    let lines = VerificationTable.operations(of: rows).map { line(of: $0, report) }
    return """
      # Operations and devices

      Every operation of the library, how thoroughly it is verified, and what came of it on some
      devices. The table that drives the tests drives this page too; it was printed by

      ```sh
      \(command(report, scale, level))
      ```

      on

      \(report.targets.map(item).joined(separator: "\n"))

      `make verify` repeats it on the devices of another machine.

      The upper operations are those of backends, gradients among them; the others are functions of
      tensors, made of them. *Shapes* counts the cases whose arrays have different shapes. Errors are
      those of the worst element: of values against the CPU reference, of gradients against finite
      differences, in the measure of their bounds:

      - `exact`: the same bits.
      - `4 ulp`: four units in the last place of the element.
      - `sums × f`: f · (8 + 4√n) · 2⁻²⁴ of the root of the mean square of the results, where each is
        a sum of n terms: rounding errors grow with √n (Higham, *Accuracy and Stability of Numerical
        Algorithms*, §4.5).
      - `tf32 sums`, `bf16 sums`: that, and 8 · 2⁻¹¹ or 8 · 2⁻⁸: products of two factors that are each
        rounded by at most 2⁻¹¹ or 2⁻⁸ of their value. Units that do so are emulated where a device
        has none, to verify the kernels around them.
      - gradients: \(GradientCase.gradientBound) of the difference, or of 1 where that is larger.

      Where a bound is not `exact`, the mean square of the errors has one too. *Same* says that two
      runs gave the same bits. Products and convolutions are computed in every way that
      `gpu-train tune --level \(level.rawValue)` tries there; errors are those of the worst.

      \(head(report))
      \(lines.joined(separator: "\n"))
      """
  }

  /// What a line of the table says of an operation, whatever devices it was tried on.
  package static func facts(of operation: OperationSummary) -> String {
    let gradients = operation.caseCounts[.gradient]?.grouped ?? ""
    return "| \(operation.name) | \(operation.rowCount.grouped) | \(operation.caseCount.grouped) "
      + "| \(operation.shapeCount.grouped) | \(operation.bounds.joined(separator: ", ")) "
      + "| \(gradients) |"
  }

  private static func head(_ report: VerificationReport) -> String {
    let names = report.targets.map { " \($0.name) |" }.joined()
    let rules = report.targets.map { _ in "---|" }.joined()
    return """
      | operation | rows | cases | shapes | bound | gradient cases |\(names)
      |---|--:|--:|--:|---|--:|\(rules)
      """
  }

  private static func line(of operation: OperationSummary, _ report: VerificationReport) -> String {
    report.targets.indices.reduce(facts(of: operation)) { line, target in
      let cells = report.modes.compactMap { mode in
        report.cell(operation.name, mode, target: target).map { text(of: $0, mode) }
      }
      return "\(line) \(cells.joined(separator: ", ")) |"
    }
  }

  private static func text(of cell: VerificationReport.Cell, _ mode: VerificationMode) -> String {
    switch cell.status {
    case .passed:
      let error = cell.worst.map { formatScientific($0.value) }
      switch mode {
      case .forward: return error ?? "exact"
      case .gradient: return "gradient \(error ?? "exact")"
      case .repeatability: return "same"
      }
    case .failed: return "**\(mode.rawValue) failed**"
    case .unsupported: return "\(mode.rawValue) unsupported"
    case .reference: return "reference"
    }
  }

  private static func item(_ target: VerificationTarget) -> String {
    target.isReference
      ? "- \(target.name): the CPU reference"
      : "- \(target.name): \(target.device.summary), \(target.device.driver)"
  }

  private static func command(
    _ report: VerificationReport, _ scale: Scale, _ level: TuningLevel
  ) -> String {
    let hasStyles = report.targets.contains { $0.kernels != nil }
    return "gpu-train verify --markdown --scale \(scale.rawValue)"
      + (hasStyles ? " --kernels both" : "")
      + (level == .quick ? "" : " --level \(level.rawValue)")
  }
}
