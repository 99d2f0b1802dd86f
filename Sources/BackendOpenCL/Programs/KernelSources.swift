import Backends
import Kernels

/// The texts of the files of Kernels/, of which some may be changed.
package struct KernelSources: Sendable {
  /// The files as they are.
  package static let embedded = KernelSources()

  private var changed: [String: String] = [:]

  /// Whether there is such a file.
  func contains(_ file: String) -> Bool {
    changed[file] != nil || needletailKernelSource(file) != nil
  }

  /// The text of a file, with the files it includes.
  package func text(of file: String) -> String {
    if let text = changed[file] { return text }
    guard let text = needletailKernelSource(file) else {
      misuse("KernelSources: there is no file Kernels/\(file).cl")
    }
    let lines = String(cString: text).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { Self.included(by: $0).map(self.text) ?? String($0) }
      .joined(separator: "\n")
  }

  /// These sources with one file's text replaced.
  package func replacing(_ file: String, with text: String) -> KernelSources {
    var sources = self
    sources.changed[file] = text
    return sources
  }

  /// The file that a line includes: drivers have no folder to look for it.
  private static func included(by line: Substring) -> String? {
    let (start, end) = ("#include \"", ".cl\"")
    guard line.hasPrefix(start), line.hasSuffix(end) else { return nil }
    return String(line.dropFirst(start.count).dropLast(end.count))
  }
}
