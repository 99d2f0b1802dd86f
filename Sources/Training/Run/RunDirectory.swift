import FoundationEssentials
import Glibc

/// The directory of a run: its files, its configuration, and the right to write there.
struct RunDirectory {
  let path: String
  let configuration: RunConfiguration
  /// Whether the directory held a run before.
  let isResumed: Bool
  /// Open as long as the run lives, for its lock.
  private let directory: OpenDirectory

  /// Makes the directory of a new run, or opens that of an earlier one.
  init(_ path: String, resume: Bool, configuration: RunConfiguration) throws {
    self.path = path
    try OpenDirectory.create(path)
    directory = try OpenDirectory(path)
    guard directory.lock() else { throw RunError(directory: path, problem: .inUse) }
    isResumed = fileExists(RunFile.configuration.path(in: path))
    if isResumed {
      guard resume else { throw RunError(directory: path, problem: .exists) }
      self.configuration = try RunDirectory.continued(path, asked: configuration)
    } else {
      guard try directory.isEmpty() else { throw RunError(directory: path, problem: .notARun) }
      self.configuration = configuration
    }
    // Better now than after an epoch.
    guard access(path, W_OK) == 0 else { throw FileError(path: path, "cannot be written") }
    try RunDirectory.write(self.configuration, in: path)
  }

  /// Reads `config.json`.
  static func readConfiguration(in path: String) throws -> RunConfiguration {
    let file = RunFile.configuration.path(in: path)
    guard fileExists(file) else {
      // A missing directory shall be called missing, not a directory without a run.
      _ = try OpenDirectory(path)
      throw RunError(directory: path, problem: .notARun)
    }
    let opened = try OpenFile(file, O_RDONLY)
    let bytes = try opened.read(try opened.size(), at: 0)
    do { return try JSONDecoder().decode(RunConfiguration.self, from: Data(bytes)) } catch {
      throw RunError(directory: path, problem: .configuration(reason: decodingReason(error)))
    }
  }

  /// The configuration of an earlier run, with what may change as it is asked for now.
  private static func continued(
    _ path: String, asked: RunConfiguration
  ) throws -> RunConfiguration {
    var configuration = try readConfiguration(in: path)
    if let difference = configuration.firstDifference(asked: asked) {
      throw RunError(
        directory: path,
        problem: .setting(difference.setting, saved: difference.saved, asked: difference.asked))
    }
    configuration.device = asked.device ?? configuration.device
    configuration.epochs = asked.epochs ?? configuration.epochs
    return configuration
  }

  private static func write(_ configuration: RunConfiguration, in path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = [UInt8](try encoder.encode(configuration)) + [UInt8(ascii: "\n")]
    try ReplacementFile.write(bytes, to: RunFile.configuration.path(in: path))
  }
}

/// The files in the directory of a run.
enum RunFile: String {
  case configuration = "config.json"
  case metrics = "metrics.jsonl"
  case model = "model.safetensors"
  case training = "training.safetensors"

  func path(in directory: String) -> String {
    directory.hasSuffix("/") ? directory + rawValue : directory + "/" + rawValue
  }
}
