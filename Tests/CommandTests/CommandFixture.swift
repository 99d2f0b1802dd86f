import Foundation
import Testing

/// What the tests of the command share.
enum CommandFixture {
  /// A short training run on data that need no files.
  static let quickTraining = [
    "train", "--data", "synthetic", "--limit", "256", "--epochs", "1", "--quiet",
  ]

  /// An environment in which the OpenCL loader finds no driver.
  static func withoutOpenCL(in directory: TemporaryDirectory) throws -> [String: String] {
    let vendors = directory.url.appending(path: "no-drivers")
    try FileManager.default.createDirectory(at: vendors, withIntermediateDirectories: true)
    return ["OCL_ICD_VENDORS": vendors.path, "OCL_ICD_FILENAMES": ""]
  }

  /// The devices as `gpu-train devices --json` lists them.
  static func listDevices(environment: [String: String] = [:]) throws -> [[String: Any]] {
    let result = try CommandProcess.run(
      ["devices", "--json"], in: TemporaryDirectory(), environment: environment)
    let value = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8))
    return try #require(value as? [[String: Any]])
  }

  /// The names of all devices of the machine.
  static let deviceNames: [String] = {
    do { return try listDevices().compactMap { $0["name"] as? String } } catch {
      Issue.record("the devices cannot be listed: \(error)")
      return []
    }
  }()

  /// The names of the OpenCL devices.
  static let openCLDeviceNames = deviceNames.filter { $0.hasPrefix("opencl") }

  /// Whether the default device is pocl's, which reads the environment.
  static let usesPocl: Bool = {
    do {
      let chosen = try listDevices().first { $0["default"] as? Bool == true }
      return (chosen?["driver"] as? String)?.lowercased().contains("pocl") ?? false
    } catch {
      Issue.record("the devices cannot be listed: \(error)")
      return false
    }
  }()

  /// Trains in `runs/<name>`, and requires success.
  @discardableResult
  static func train(
    _ name: String, _ options: [String], in directory: TemporaryDirectory,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CommandProcess.Result {
    let result = try CommandProcess.run(
      quickTraining + ["--run", "runs/\(name)"] + options, in: directory)
    try #require(
      result.exitCode == 0, "\(result.standardError)", sourceLocation: sourceLocation)
    return result
  }

  /// Expects a training that is interrupted and resumed to leave the same bytes as a whole one.
  ///
  /// - Parameter start: The arguments, of which the last is `--run`.
  static func expectResumable(
    _ start: [String], device: String, in directory: TemporaryDirectory
  ) throws {
    let whole = try CommandProcess.run(start + ["whole"], in: directory)
    #expect(whole.exitCode == 0, "\(whole.standardError)")
    let first = try interrupt(start + ["runs/parts"], run: "parts", in: directory)
    #expect([0, 130].contains(first.exitCode), "\(first.standardError)")
    let last = try CommandProcess.run(
      ["train", "--run", "runs/parts", "--resume", "--quiet", "--device", device], in: directory)
    #expect(last.exitCode == 0, "\(last.standardError)")
    for file in ["model.safetensors", "training.safetensors", "metrics.jsonl"] {
      let (whole, parts) = try (
        directory.data(of: "whole/\(file)"), directory.data(of: "runs/parts/\(file)")
      )
      #expect(whole == parts, "\(file)")
    }
  }

  /// Runs the command, and interrupts it when it has written more losses to `runs/<name>`.
  static func interrupt(
    _ arguments: [String], run name: String, in directory: TemporaryDirectory
  ) throws -> CommandProcess.Result {
    let metrics = "runs/\(name)/metrics.jsonl"
    // There is no file before the first run has begun.
    func size() -> Int { (try? directory.data(of: metrics).count) ?? 0 }
    let before = size()
    let command = try CommandProcess(arguments, in: directory)
    while command.isRunning, size() <= before { usleep(2000) }
    if command.isRunning { command.interrupt() }
    return try command.waitUntilEnd()
  }
}

/// A line of `metrics.jsonl`.
struct MetricsLine: Decodable {
  enum CodingKeys: String, CodingKey {
    case step
    case epoch
    case trainLoss = "train/loss"
    case testLoss = "test/loss"
    case testAccuracy = "test/accuracy"
  }

  let step: Int
  let epoch: Int
  let trainLoss: Double?
  let testLoss: Double?
  let testAccuracy: Double?

  /// The lines of a run in `runs/<name>`.
  static func read(_ name: String, in directory: TemporaryDirectory) throws -> [MetricsLine] {
    try directory.data(of: "runs/\(name)/metrics.jsonl").split(separator: UInt8(ascii: "\n"))
      .map { try JSONDecoder().decode(MetricsLine.self, from: $0) }
  }
}
