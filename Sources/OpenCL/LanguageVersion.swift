import COpenCL

/// A version of OpenCL C, the kernel language.
public struct LanguageVersion: Sendable, Hashable {
  /// The first number, such as 1 of 1.2.
  public let major: Int
  /// The second number, such as 2 of 1.2.
  public let minor: Int

  /// The version with these two numbers.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads what drivers report: `OpenCL C 1.2` and anything of their own behind it.
  package init(parsing text: String) throws(OpenCLError) {
    let prefix = "OpenCL C "
    let numbers = text.dropFirst(prefix.count).prefix { $0.isNumber || $0 == "." }
      .split(separator: ".").map { Int($0) }
    guard text.hasPrefix(prefix), numbers.count >= 2, let major = numbers[0],
      let minor = numbers[1]
    else {
      throw OpenCLError(
        status: CL_INVALID_VALUE, call: "clGetDeviceInfo",
        detail: "the driver calls its kernel language '\(text)', not 'OpenCL C' and a version")
    }
    self.init(major, minor)
  }

  /// The build option that asks for this version; empty for 1.0, which has no such option.
  package var buildOption: String { self < LanguageVersion(1, 1) ? "" : "-cl-std=CL\(self)" }
}

extension LanguageVersion: Comparable, CustomStringConvertible {
  /// Whether the left version is older.
  public static func < (left: LanguageVersion, right: LanguageVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// Both numbers, such as `1.2`.
  public var description: String { "\(major).\(minor)" }
}
