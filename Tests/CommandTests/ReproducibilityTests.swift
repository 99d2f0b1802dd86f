import Foundation
import Testing

@Suite("Runs of gpu-train that must be equal", .serialized)
struct ReproducibilityTests {
  /// Two epochs of 200 steps: long enough for losses to be written amid an epoch.
  static let longTraining = ["--limit", "2400", "--batch-size", "12", "--epochs", "2"]

  @Test(
    "Two runs with one seed on one device are equal to the byte",
    arguments: CommandFixture.deviceNames)
  func equalRuns(device: String) throws {
    let directory = try TemporaryDirectory()
    for name in ["a", "b"] {
      try CommandFixture.train(name, ["--device", device], in: directory)
    }
    for file in ["model.safetensors", "training.safetensors", "metrics.jsonl"] {
      let (a, b) = try (directory.data(of: "runs/a/\(file)"), directory.data(of: "runs/b/\(file)"))
      #expect(a == b, "\(file)")
    }
  }

  @Test("Another seed gives another model")
  func otherSeed() throws {
    let directory = try TemporaryDirectory()
    for seed in ["1", "2"] {
      try CommandFixture.train(
        seed, ["--model", "mlp", "--device", "cpu", "--seed", seed], in: directory)
    }
    let models = try ["1", "2"].map { try directory.data(of: "runs/\($0)/model.safetensors") }
    #expect(models[0] != models[1])
  }

  @Test(
    "A run interrupted with Ctrl-C and resumed equals an uninterrupted one to the byte",
    arguments: CommandFixture.deviceNames)
  func interruptedRun(device: String) throws {
    let directory = try TemporaryDirectory()
    let options = Self.longTraining + ["--device", device]
    try CommandFixture.train("whole", options, in: directory)

    let start = CommandFixture.quickTraining + options + ["--run", "runs/parts"]
    let resumption = ["train", "--run", "runs/parts", "--resume", "--quiet", "--device", device]
    let first = try CommandFixture.interrupt(start, run: "parts", in: directory)
    #expect(first.exitCode == 130)
    #expect(first.standardOutput.isEmpty)
    #expect(first.standardError.contains("gpu-train train --run runs/parts --resume"))
    let stepsDone = try MetricsLine.read("parts", in: directory).count
    #expect(stepsDone < 400)

    let second = try CommandFixture.interrupt(resumption, run: "parts", in: directory)
    #expect([0, 130].contains(second.exitCode), "\(second.standardError)")
    let last = try CommandProcess.run(resumption, in: directory)
    #expect(last.exitCode == 0, "\(last.standardError)")
    for file in ["model.safetensors", "metrics.jsonl"] {
      let whole = try directory.data(of: "runs/whole/\(file)")
      let parts = try directory.data(of: "runs/parts/\(file)")
      #expect(whole == parts, "\(file)")
    }
  }

  /// Trains as a user would, on all of Fashion-MNIST: in a shorter run the learning rate rises faster,
  /// and with it what the devices' rounding differs by.
  @Test(
    "An OpenCL device trains as the reference does: losses within 1e-3, accuracies within 1 %",
    arguments: CommandFixture.openCLDeviceNames)
  func agreement(device: String) throws {
    let directory = try TemporaryDirectory()
    for (name, device) in [("reference", "cpu"), ("device", device)] {
      let result = try CommandProcess.run(
        ["train", "--epochs", "2", "--device", device, "--run", "runs/\(name)", "--quiet"],
        in: directory)
      try #require(result.exitCode == 0, "\(result.standardError)")
    }
    let reference = try MetricsLine.read("reference", in: directory)
    let other = try MetricsLine.read("device", in: directory)
    let losses = Array(
      zip(reference.compactMap(\.trainLoss), other.compactMap(\.trainLoss)).prefix(100))
    #expect(losses.count == 100)
    for (step, (expected, found)) in losses.enumerated() {
      #expect(abs(found - expected) <= 1e-3 * expected, "step \(step + 1): \(found), \(expected)")
    }
    let accuracies = try [reference, other].map { try #require($0.last?.testAccuracy) }
    #expect(abs(accuracies[0] - accuracies[1]) <= 0.01)
  }
}
