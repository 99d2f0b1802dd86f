import Glibc

/// Tells the user something that is neither a result nor an error, on stderr.
package func printNotice(_ text: String) {
  var text = text + "\n"
  // A notice that cannot be written is lost; there is nowhere to say so.
  _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
