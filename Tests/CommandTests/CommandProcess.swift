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
    environment: [String: String] = [:], executable: URL? = nil
  ) throws {
    self.directory = try TemporaryDirectory()
    process.executableURL = try executable ?? Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try self.directory.newFile("output")
    process.standardError = try self.directory.newFile("messages")
    try Self.withSignalsUnblocked { try process.run() }
  }

  /// Runs the body while the thread blocks no signals, which a program started in it would inherit;
  /// the threads that tests run on block SIGINT.
  private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var blocked = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try body()
  }

  /// Runs the command to its end.
  static func run(
    _ arguments: [String], in directory: TemporaryDirectory,
    environment: [String: String] = [:]
  ) throws -> Result {
    try CommandProcess(arguments, in: directory, environment: environment).waitUntilEnd()
  }

  /// Runs the command to its end as a user whom permissions bind, which they do not bind root.
  static func runUnprivileged(
    _ arguments: [String], in directory: TemporaryDirectory
  ) throws -> Result {
    guard geteuid() == 0 else { return try run(arguments, in: directory) }
    // Another user may not reach the directory that the command was built in.
    let copy = directory.url.appending(path: "gpu-train")
    try FileManager.default.copyItem(at: executable, to: copy)
    let identity = ["--reuid=65534", "--regid=65534", "--clear-groups"]
    return try CommandProcess(
      identity + [copy.path] + arguments, in: directory,
      executable: URL(filePath: "/usr/bin/setpriv")
    ).waitUntilEnd()
  }

  /// Waits until the command handles SIGINT itself, or has ended.
  func waitUntilItHandlesInterrupts() throws {
    let status = "/proc/\(process.processIdentifier)/status"
    while isRunning {
      let caught = try String(contentsOfFile: status, encoding: .utf8).split(separator: "\n")
        .first { $0.hasPrefix("SigCgt:") }
      let signals = caught.flatMap { $0.split(separator: "\t").last }.flatMap {
        UInt64($0, radix: 16)
      }
      if (signals ?? 0) >> UInt64(SIGINT - 1) & 1 == 1 { return }
      usleep(10_000)
    }
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
