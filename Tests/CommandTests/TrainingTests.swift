import Foundation
import Testing

@Suite("gpu-train train and gpu-train eval")
struct TrainingTests {
  @Test("Training reports its result as JSON, and leaves a run that eval agrees with")
  func reportAndRun() throws {
    let directory = try TemporaryDirectory()
    let report = try CommandFixture.train(
      "first", ["--device", "cpu", "--seed", "7", "--json"], in: directory
    ).object()
    let keys: Set = [
      "model", "device", "seed", "epochs", "steps", "seconds", "samplesPerSecond", "trainLoss",
      "testLoss", "testAccuracy", "parameters", "run", "peakMemoryBytes",
      "peakMemoryInUseBytes",
    ]
    #expect(keys.isSubset(of: report.keys))
    #expect(report["model"] as? String == "lenet")
    #expect(report["device"] as? String == "cpu")
    #expect(report["seed"] as? Int == 7)
    #expect(report["epochs"] as? Int == 1)
    #expect(report["steps"] as? Int == 4)
    #expect(report["parameters"] as? Int == 431_080)
    // At least parameters, gradients and Adam's two means of them, of four bytes each.
    #expect(try #require(report["peakMemoryInUseBytes"] as? Int) > 4 * 4 * 431_080)
    #expect(report["run"] as? String == "runs/first")

    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path("runs/first"))
    let expected: Set = [
      "config.json", "metrics.jsonl", "model.safetensors", "training.safetensors",
    ]
    #expect(expected.isSubset(of: files))
    let lines = try MetricsLine.read("first", in: directory)
    #expect(lines.compactMap(\.trainLoss).count == 4)
    #expect(lines.map(\.step) == [1, 2, 3, 4, 4])
    let trainLosses = lines.compactMap(\.trainLoss)
    let reported = try #require(report["trainLoss"] as? Double)
    #expect(abs(reported - trainLosses.reduce(0, +) / 4) < 1e-6)

    let evaluation = try CommandProcess.run(
      ["eval", "--run", "runs/first", "--device", "cpu", "--json"], in: directory
    ).object()
    #expect(evaluation["count"] as? Int == 2000)
    #expect(evaluation["testLoss"] as? Double == report["testLoss"] as? Double)
    #expect(evaluation["testAccuracy"] as? Double == report["testAccuracy"] as? Double)
  }

  @Test("A precision that the device does not offer is noted, and trains as float32 does")
  func precision() throws {
    let directory = try TemporaryDirectory()
    let options = ["--model", "mlp", "--device", "cpu"]
    try CommandFixture.train("exact", options, in: directory)
    let result = try CommandFixture.train(
      "rounded", options + ["--precision", "tf32"], in: directory)
    #expect(
      result.messages == ["Note: cpu does not offer tf32, so it computes in float32"])
    let weights = try ["exact", "rounded"].map {
      try directory.data(of: "runs/\($0)/model.safetensors")
    }
    #expect(weights[0] == weights[1])

    let names = try ["exact", "rounded"].map { name in
      let data = try directory.data(of: "runs/\(name)/config.json")
      let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      return object?["precision"] as? String
    }
    #expect(names == ["float32", "tf32"])
    // As it does with other settings, a run goes on with the precision it began with.
    let other = try CommandProcess.run(
      ["train", "--run", "runs/rounded", "--resume", "--quiet", "--precision", "bf16"],
      in: directory)
    #expect(other.exitCode == 1)
    #expect(other.standardError.contains("precision"))
    let evaluation = try CommandProcess.run(
      ["eval", "--run", "runs/rounded", "--device", "cpu"], in: directory)
    #expect(evaluation.exitCode == 0)
    #expect(evaluation.standardError.contains("does not offer tf32"))
  }

  @Test("Results go to the standard output, progress to the standard error, a line for an epoch")
  func streams() throws {
    let directory = try TemporaryDirectory()
    let result = try CommandProcess.run(
      CommandFixture.quickTraining.dropLast() + ["--device", "cpu", "--epochs", "2"],
      in: directory)
    #expect(result.exitCode == 0)
    #expect(result.standardOutput.contains("test accuracy"))
    #expect(result.messages.filter { $0.hasPrefix("epoch ") }.count == 2)
    #expect(!result.standardError.contains("\r"))
    let runs = try FileManager.default.contentsOfDirectory(atPath: directory.path("runs"))
    #expect(runs.count == 1)
    #expect(runs.first?.hasPrefix("lenet-20") == true)
  }

  @Test("Where auto finds no OpenCL device it says so, and takes the reference")
  func autoWithoutOpenCL() throws {
    let directory = try TemporaryDirectory()
    let result = try CommandProcess.run(
      CommandFixture.quickTraining + ["--model", "mlp", "--json"], in: directory,
      environment: CommandFixture.withoutOpenCL(in: directory))
    #expect(result.exitCode == 0)
    #expect(result.messages.count == 1)
    #expect(result.standardError.hasPrefix("Note: there is no OpenCL device"))
    #expect(try result.object()["device"] as? String == "cpu")
  }

  @Test("A complete run that is resumed reports the same again, and the latest run is found")
  func resumeOfCompleteRun() throws {
    let directory = try TemporaryDirectory()
    let options = ["--model", "mlp", "--device", "cpu", "--json"]
    let first = try CommandProcess.run(CommandFixture.quickTraining + options, in: directory)
    let again = try CommandProcess.run(
      ["train", "--model", "mlp", "--resume", "--device", "cpu", "--json", "--quiet"],
      in: directory)
    let (before, after) = (try first.object(), try again.object())
    for key in ["run", "trainLoss", "testLoss", "testAccuracy", "steps", "seed"] {
      #expect(before[key] as? NSObject == after[key] as? NSObject, "\(key)")
    }
  }
}
