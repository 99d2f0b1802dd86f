import Needletail

/// How far a tuner has come, as a line on a terminal.
final class TuneProgress {
  private let terminal = StandardError()
  private let isShown: Bool
  private let count: Int
  private var isDrawn = false

  init(count: Int) {
    self.count = count
    isShown = terminal.isTerminal
  }

  /// Shows what is tried.
  func show(_ done: Int, _ what: String) {
    guard isShown else { return }
    isDrawn = true
    let line = "\(100 * done / max(1, count)) %  \(min(done + 1, count)) of \(count)  \(what)"
    terminal.write(ProgressBar.erasure + line.prefix(max(terminal.width - 1, 0)))
  }

  /// Takes the line off the terminal.
  func erase() {
    if isDrawn { terminal.write(ProgressBar.erasure) }
  }
}
