import FoundationEssentials
import OpenCL

/// The programs that a run asked for, in that order, in a file for the next run of the same program on
/// the same device.
///
/// The file only saves time. One that is damaged, of another version or of something else counts as
/// none, and is replaced.
package struct RememberedPrograms: Sendable {
  /// The most programs that are remembered: more than the start of a training run needs.
  package static let mostPrograms = 64

  private static let formatName = "needletail programs"
  private static let currentVersion = 1

  private struct Contents: Codable {
    var format = formatName
    var version = currentVersion
    var programs: [ProgramRecipe]
  }

  private let path: String

  package init(path: String) { self.path = path }

  /// What the file holds; empty where there is none that can be used.
  package var programs: [ProgramRecipe] {
    // Without a list nothing is built ahead.
    guard let data = try? Data(contentsOf: URL(filePath: path)),
      let contents = try? JSONDecoder().decode(Contents.self, from: data),
      contents.format == Self.formatName, contents.version == Self.currentVersion
    else { return [] }
    return Array(contents.programs.prefix(Self.mostPrograms))
  }

  /// Writes the first of these beside the file and renames them.
  package func replace(with programs: [ProgramRecipe]) {
    let contents = Contents(programs: Array(programs.prefix(Self.mostPrograms)))
    let url = URL(filePath: path)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try JSONEncoder().encode(contents).write(to: url, options: .atomic)
    } catch {
      // A full or read-only disk must not disturb the end of a run.
    }
  }
}

extension RememberedPrograms {
  /// The file for a device and the running program: in `needletail/ahead` in the user's cache; nil
  /// without a home folder.
  package static func standardPath(
    for device: ComputeDevice,
    program: String = CommandLine.arguments.first ?? "",
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    guard let cache = ProgramCache.userCache(environment) else { return nil }
    let parts = [
      device.platform.name, device.platform.version, device.name, device.driverVersion,
      URL(filePath: program).lastPathComponent,
    ]
    let hash = fnv1a(Array(parts.joined(separator: "\0").utf8))
    return "\(cache)/needletail/ahead/\(String(hash, radix: 16)).json"
  }
}
