import Foundation
import Testing

@Suite("gpu-train of the models of a first course, on each device")
struct ModelTests {
  /// A model on some data, and what it reaches with the usual settings.
  struct Case: CustomTestStringConvertible, Sendable {
    let model: String
    let data: String
    /// The member of the report, and how large it is at least.
    let measure: String
    let floor: Double

    var testDescription: String { "\(model) on \(data)" }
  }

  static let cases = [
    Case(model: "perceptron", data: "and", measure: "testAccuracy", floor: 1),
    Case(model: "perceptron", data: "or", measure: "testAccuracy", floor: 1),
    Case(model: "xor", data: "xor", measure: "testAccuracy", floor: 1),
    Case(model: "cubic", data: "cubic", measure: "testR2", floor: 0.95),
    Case(model: "rbf", data: "franke", measure: "testR2", floor: 0.99),
  ]

  @Test(
    "A model learns its task, on every device the same, and eval agrees", arguments: cases,
    CommandFixture.deviceNames)
  func learns(_ input: Case, device: String) throws {
    let directory = try TemporaryDirectory()
    let report = try run(
      ["train", "--model", input.model, "--data", input.data, "--run", "run", "--quiet"], device,
      in: directory)
    #expect(try #require(report[input.measure] as? Double) >= input.floor)
    #expect(report["data"] as? String == input.data)
    let loss = try #require(report["testLoss"] as? Double)

    let evaluation = try run(["eval", "--run", "run"], device, in: directory)
    #expect(evaluation["testLoss"] as? Double == loss)
    #expect(evaluation[input.measure] as? Double == report[input.measure] as? Double)

    let reference = try run(["eval", "--run", "run"], "cpu", in: directory)
    #expect(abs(try #require(reference["testLoss"] as? Double) - loss) < 1e-5)
  }

  /// A straight line leaves one of the four rows on the wrong side.
  @Test("One perceptron does not learn XOR")
  func perceptronOnXOR() throws {
    let report = try run(
      ["train", "--model", "perceptron", "--data", "xor", "--quiet"], "cpu",
      in: TemporaryDirectory())
    #expect(try #require(report["testAccuracy"] as? Double) <= 0.75)
  }

  @Test("What is said of a model suits its task")
  func summaries() throws {
    let directory = try TemporaryDirectory()
    let options = ["--device", "cpu", "--epochs", "1"]
    let cubic = try CommandProcess.run(["train", "--model", "cubic"] + options, in: directory)
    #expect(cubic.standardOutput.hasPrefix("test R²"))
    #expect(cubic.standardOutput.contains("\ntest MSE"))
    #expect(cubic.standardError.contains("1,000 samples of cubic"))
    #expect(cubic.standardError.contains("test/r2"))
    let xor = try CommandProcess.run(["train", "--model", "xor"] + options, in: directory)
    #expect(xor.standardOutput.hasPrefix("test accuracy  "))
    #expect(xor.standardOutput.contains(" samples/s\n"))
  }

  @Test(
    "A run interrupted with Ctrl-C and resumed equals an uninterrupted one to the byte",
    arguments: ["perceptron", "xor", "cubic", "rbf"], CommandFixture.deviceNames)
  func interrupted(_ model: String, device: String) throws {
    let directory = try TemporaryDirectory()
    // The reference is so fast that a short run would end before it can be interrupted.
    let epochs = device == "cpu" ? "8" : "2"
    let start = [
      "train", "--model", model, "--device", device, "--batch-size", "1", "--limit", "400",
      "--epochs", epochs, "--quiet", "--run",
    ]
    try CommandFixture.expectResumable(start, device: device, in: directory)
  }

  /// The report of a successful run.
  private func run(
    _ arguments: [String], _ device: String, in directory: TemporaryDirectory
  ) throws -> [String: Any] {
    let result = try CommandProcess.run(
      arguments + ["--device", device, "--json"], in: directory)
    try #require(result.exitCode == 0, "\(result.standardError)")
    return try result.object()
  }
}
