import Needletail

/// How far a verification has come, as a line on a terminal.
final class VerifyProgress {
  private static let redrawInterval = Duration.milliseconds(100)

  private let terminal = StandardError()
  private let isShown: Bool
  private var drawn: ContinuousClock.Instant?
  private var known: Set<String> = []

  init() { isShown = terminal.isTerminal }

  /// Shows what has been done and what is tried, at times, and at once what is new: a device may take
  /// long to compile it.
  func show(_ what: String, _ report: VerificationReport) {
    guard isShown else { return }
    let now = ContinuousClock.now
    let isNew = known.insert(what).inserted
    if let drawn, !isNew, now - drawn < Self.redrawInterval { return }
    drawn = now
    let wrong = report.failureCount > 0 ? "  \(report.failureCount.grouped) wrong" : ""
    let line =
      "\(100 * report.done / max(1, report.total)) %  \(report.done.grouped) of "
      + "\(report.total.grouped) cases\(wrong)  \(what)"
    terminal.write(ProgressBar.erasure + line.prefix(max(terminal.width - 1, 0)))
  }

  /// Takes the line off the terminal.
  func erase() {
    if drawn != nil { terminal.write(ProgressBar.erasure) }
  }
}
