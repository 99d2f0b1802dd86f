import Tensors

/// Tries rows of the table on devices.
package struct Verifier: Sendable {
  /// Cases of a row.
  package struct Selection: Sendable {
    package let row: any VerificationRow
    package let cases: Range<Int>

    /// All cases of a row, or one.
    package init(_ row: any VerificationRow, case index: Int? = nil) {
      self.row = row
      cases = index.map { $0..<$0 + 1 } ?? 0..<row.caseCount
    }
  }

  private let selections: [Selection]
  private let targets: [VerificationTarget]
  private let modes: [VerificationMode]
  private let reference: Device

  /// What is to be tried; what is right is what the reference computes.
  package init(
    _ selections: [Selection], on targets: [VerificationTarget],
    modes: [VerificationMode] = VerificationMode.allCases, reference: Device = .cpu
  ) {
    self.selections = selections
    self.targets = targets
    self.modes = modes
    self.reference = reference
  }

  /// How many cases are tried on how many devices in how many modes, all together.
  package var count: Int {
    selections.reduce(0) { sum, selection in
      sum + selection.cases.count * modes.filter(selection.row.modes.contains).count
    } * targets.count
  }

  /// Tries all cases, one after another.
  ///
  /// - Parameters:
  ///   - isStopped: Asked before each case, and before each way to compute it; the report of what was
  ///     tried until then says that it is not complete.
  ///   - progress: Called after each case with the operation it was of and the report so far, and
  ///     before each way to compute it.
  package func run(
    isStopped: @escaping () -> Bool = { false },
    progress: @escaping (_ what: String, _ report: VerificationReport) -> Void = { _, _ in }
  ) -> VerificationReport {
    var report = VerificationReport(targets, modes, total: count)
    for selection in selections {
      let row = selection.row
      for mode in modes where row.modes.contains(mode) {
        report.begin(row, mode)
        for index in selection.cases {
          guard !isStopped() else { return report }
          tryCase(index, of: row, mode, &report, isStopped, progress)
          progress(row.operationName, report)
        }
      }
    }
    return report
  }

  private func tryCase(
    _ index: Int, of row: any VerificationRow, _ mode: VerificationMode,
    _ report: inout VerificationReport, _ isStopped: @escaping () -> Bool,
    _ progress: @escaping (_ what: String, _ report: VerificationReport) -> Void
  ) {
    let prepared = Result { try row.prepare(case: index, mode, reference: reference) }
    for (number, target) in targets.enumerated() {
      // It would be compared with itself.
      if target.isReference, mode == .forward {
        report.skip(row, mode, onTarget: number)
        continue
      }
      let soFar = report
      let watch = CaseWatch(isStopped: isStopped) { way in
        progress("\(row.operationName) \(way)", soFar)
      }
      let outcome = CaseOutcome { try prepared.get().compare(target.open(), watch) }
      if case .stopped = outcome { return }
      report.record(outcome, row, case: index, mode, onTarget: number)
    }
  }
}
