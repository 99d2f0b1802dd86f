import Glibc

/// Why a file cannot be read or written: which, what happened, and what to do.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or directory.
  public let path: String
  /// What happened, such as `cannot be written: No space left on device`.
  public let finding: String
  /// What to do about it.
  public let advice: String

  /// One line: the file, what happened, and what to do.
  public var description: String { "\(path): \(finding); \(advice)" }

  init(path: String, finding: String, advice: String) {
    self.path = path
    self.finding = finding
    self.advice = advice
  }

  /// The error of the system call that just failed.
  ///
  /// - Parameter failure: What could not be done, such as `cannot be written`.
  init(path: String, _ failure: String, code: CInt = errno) {
    self.init(
      path: path, finding: "\(failure): \(String(cString: strerror(code)))",
      advice: FileError.advice(for: code))
  }

  private static func advice(for code: CInt) -> String {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: "free some space there, or choose another directory"
    case EACCES, EPERM, EROFS: "change its permissions, or choose another directory"
    case EMFILE, ENFILE: "close other programs, or raise the limit with `ulimit -n`"
    case EIO: "check the disk"
    default: "check the path"
    }
  }
}
