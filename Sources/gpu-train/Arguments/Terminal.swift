// The variable stdout is never assigned, which the C header cannot say.
@preconcurrency import Glibc

/// The terminal, if the program runs in one.
package enum Terminal {
  /// The columns of the terminal that shows the standard output; 80 if it goes elsewhere.
  ///
  /// At least 50, for a text broken into narrower lines is harder to read than one that the
  /// terminal breaks.
  package static var width: Int {
    var size = winsize()
    let isTerminal = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isTerminal && size.ws_col > 0 ? max(50, Int(size.ws_col)) : 80
  }

  /// Writes what `print` still holds in memory, and returns whether all that was printed
  /// arrived, which it does not on a full disk.
  static func hasPrintedAll() -> Bool {
    fflush(stdout) == 0 && ferror(stdout) == 0
  }
}

/// Prints a line on the standard error, which is for messages; results go to the standard output.
package func printMessage(_ message: String) {
  // What was printed before shall stand before, where both go to one file.
  fflush(stdout)
  var bytes = Array((message + "\n").utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    if written < 0 {
      // Nowhere is left to report that the standard error is closed or full.
      guard errno == EINTR else { return }
    } else {
      bytes = bytes.dropFirst(written)
    }
  }
}
