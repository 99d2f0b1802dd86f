import Glibc

/// Where progress is shown.
package protocol ProgressOutput {
  /// Whether a person is watching.
  var isTerminal: Bool { get }
  /// The number of columns.
  var width: Int { get }

  func write(_ text: String)
}

/// The standard error.
package struct StandardError: ProgressOutput {
  private static let usualWidth = 80

  package init() {}

  package var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  package var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return StandardError.usualWidth
    }
    return Int(size.ws_col)
  }

  package func write(_ text: String) {
    var text = text
    // Progress that cannot be shown is no reason to stop training.
    _ = text.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
