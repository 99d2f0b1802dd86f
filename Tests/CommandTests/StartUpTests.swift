import Foundation
import Testing

/// What goes on in the background when a device is opened.
@Suite("Programs that are built ahead") struct StartUpTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Caches of its own; pocl's is emptied between runs, so that compiling takes its time.
  private var environment: [String: String] {
    [
      "XDG_CACHE_HOME": directory.path("cache"),
      "POCL_CACHE_DIR": directory.path("pocl-\(UUID().uuidString)"),
    ]
  }

  private var lists: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: directory.path("cache/needletail/ahead"))
    }
  }

  private func train(
    _ model: String, on data: String, run: String
  ) throws -> CommandProcess.Result {
    try CommandProcess.run(
      [
        "train", "--model", model, "--data", data, "--device", "opencl", "--run",
        "runs/\(run)", "--epochs", "1", "--json", "--quiet",
      ], in: directory, environment: environment)
  }

  @Test("They change no result, and a run that ends while they are built ends cleanly")
  func endWhileBuilding() throws {
    let first = try train("perceptron", on: "and", run: "first")
    #expect(first.exitCode == 0, "\(first.standardError)")
    #expect(try lists.count == 1)
    // The device is open when it turns out that there are no data.
    let failed = try train("mlp", on: directory.url.path, run: "failed")
    #expect(failed.exitCode == 1)
    #expect(failed.standardError.contains("train-images"), "\(failed.standardError)")
    let list = try directory.data(of: "cache/needletail/ahead/\(lists[0])")
    let again = try train("perceptron", on: "and", run: "again")
    #expect(again.exitCode == 0, "\(again.standardError)")
    #expect(try first.object()["testLoss"] as? Double == again.object()["testLoss"] as? Double)
    #expect(try directory.data(of: "cache/needletail/ahead/\(lists[0])") == list)
  }
}
