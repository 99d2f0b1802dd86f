import Needletail

/// How far a verification has come, as a line on a terminal.
final class VerifyProgress {
  private static let redrawInterval = Duration.milliseconds(100)

  private let terminal = StandardError()
  private let isShown: Bool
  private var drawn: ContinuousClock.Instant?

  init() { isShown = terminal.isTerminal }

  /// Shows what has been done, at times.
  func show(_ operation: String, _ report: VerificationReport) {
    guard isShown else { return }
    let now = ContinuousClock.now
    if let drawn, now - drawn < Self.redrawInterval { return }
    drawn = now
    let wrong = report.failureCount > 0 ? "  \(report.failureCount.grouped) wrong" : ""
    let line =
      "\(100 * report.done / max(1, report.total)) %  \(report.done.grouped) of "
      + "\(report.total.grouped) cases\(wrong)  \(operation)"
    terminal.write(ProgressBar.erasure + line.prefix(max(terminal.width - 1, 0)))
  }

  /// Takes the line off the terminal.
  func erase() {
    if drawn != nil { terminal.write(ProgressBar.erasure) }
  }
}
