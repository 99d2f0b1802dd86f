import Foundation
import Testing

/// The built `gpu-train`, run as a user runs it.
///
/// Its output goes to files, so that no pipe fills up while nobody reads it.
final class CommandProcess {
  /// How a run of the command ended.
  struct Result {
    let exitCode: Int32
    let standardOutput: String
    let standardError: String

    /// What the command printed, as a JSON object.
    func object(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(standardOutput.utf8))
      return try #require(value as? [String: Any], sourceLocation: sourceLocation)
    }

    /// The lines on the standard error.
    var messages: [Substring] { standardError.split(separator: "\n") }
  }

  private let process = Process()
  private let directory: TemporaryDirectory

  /// Starts the command with arguments, in a directory that holds its runs, and with variables
  /// added to the environment.
  init(
    _ arguments: [String], in directory: TemporaryDirectory,
    environment: [String: String] = [:]
  ) throws {
    self.directory = try TemporaryDirectory()
    process.executableURL = try Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try self.directory.newFile("output")
    process.standardError = try self.directory.newFile("messages")
    try process.run()
  }

  /// Runs the command to its end.
  static func run(
    _ arguments: [String], in directory: TemporaryDirectory,
    environment: [String: String] = [:]
  ) throws -> Result {
    try CommandProcess(arguments, in: directory, environment: environment).waitUntilEnd()
  }

  /// Sends SIGINT, as Ctrl-C does.
  func interrupt() { process.interrupt() }

  var isRunning: Bool { process.isRunning }

  /// How the command ended, once it has.
  func waitUntilEnd() throws -> Result {
    process.waitUntilExit()
    // A crash is no exit code: shells show 128 plus the signal.
    let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return Result(
      exitCode: process.terminationStatus + signal,
      standardOutput: try directory.text(of: "output"),
      standardError: try directory.text(of: "messages"))
  }

  /// The command, which is built beside the tests.
  private static var executable: URL {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(filePath: tests).deletingLastPathComponent().appending(path: "gpu-train")
    }
  }
}

/// A directory that is removed with its last reference.
final class TemporaryDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "needletail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record("cannot remove \(url.path): \(error)")
    }
  }

  /// The path of a file in the directory.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The bytes of a file.
  func data(of name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// The text of a file.
  func text(of name: String) throws -> String {
    String(decoding: try data(of: name), as: UTF8.self)
  }

  /// Writes a file, and the directories that lead to it.
  func write(_ data: Data, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// An empty file, open for writing.
  func newFile(_ name: String) throws -> FileHandle {
    try write(Data(), to: name)
    return try FileHandle(forWritingTo: url.appending(path: name))
  }
}
