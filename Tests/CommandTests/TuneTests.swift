import Foundation
import Testing

@Suite("gpu-train tune", .enabled(if: !CommandFixture.openCLDeviceNames.isEmpty))
struct TuneTests {
  /// Tunes with a folder for configurations of its own.
  private func tune(
    _ arguments: String..., in directory: TemporaryDirectory
  ) throws -> CommandProcess.Result {
    try CommandProcess.run(
      ["tune"] + arguments, in: directory,
      environment: ["XDG_CONFIG_HOME": directory.path("config")])
  }

  private static let file = "config/needletail/choices.json"

  @Test("What is found for a model's step is saved, and read by what follows")
  func modelIsTuned() throws {
    let directory = try TemporaryDirectory()
    let result = try tune("--model", "xor", in: directory)
    #expect(result.exitCode == 0, "\(result.standardOutput)\(result.standardError)")
    #expect(result.standardError.isEmpty, "\(result.standardError)")
    #expect(result.standardOutput.contains("\nproduct "))
    #expect(result.standardOutput.contains("saved in \(directory.path(Self.file))"))
    let saved = try directory.text(of: Self.file)
    #expect(saved.contains("\"format\" : \"needletail choices\""))

    let training = try CommandProcess.run(
      ["train", "--model", "xor", "--epochs", "2", "--quiet", "--run", "runs/a"], in: directory,
      environment: ["XDG_CONFIG_HOME": directory.path("config")])
    #expect(training.exitCode == 0, "\(training.standardError)")
    #expect(training.standardError.isEmpty, "\(training.standardError)")
  }

  @Test("The result is a JSON object, and goes to the file that is named")
  func json() throws {
    let directory = try TemporaryDirectory()
    let object = try tune(
      "--model", "perceptron", "--batch-size", "4", "--json", "--output",
      directory.path("mine.json"), in: directory
    ).object()
    #expect(object["isComplete"] as? Bool == true)
    #expect((object["wrong"] as? [Any])?.isEmpty == true)
    let shapes = try #require(object["shapes"] as? [[String: Any]])
    #expect(!shapes.isEmpty)
    for shape in shapes { #expect(shape["operation"] as? String == "product") }
    #expect(directory.has("mine.json"))
    #expect(!directory.has(Self.file))
  }

  @Test("A damaged file is said once and not overwritten")
  func damagedFile() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Data("broken".utf8), to: Self.file)
    let result = try tune("--model", "xor", in: directory)
    #expect(result.exitCode == 1)
    #expect(result.messages.count { $0.contains("untuned choices are used") } == 1)
    #expect(result.messages.last?.contains("is damaged") == true)
    #expect(try directory.text(of: Self.file) == "broken")
  }

  @Test(
    "What cannot be tuned is a mistake on the command line",
    arguments: [
      (["--ops", "nothing"], "No operation matches 'nothing'"),
      (["--ops", "product", "--model", "xor"], "exclude each other"),
      (["--batch-size", "3"], "--batch-size needs --model"),
      (["--device", "cpu", "--ops", "product"], "nothing to choose"),
      (["--level", "slow"], "expected one of quick, normal, exhaustive"),
    ])
  func misuse(arguments: [String], message: String) throws {
    let result = try CommandProcess.run(["tune"] + arguments, in: TemporaryDirectory())
    #expect(result.exitCode == 64)
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }

  @Test("Ctrl-C saves what is known")
  func interruption() throws {
    let directory = try TemporaryDirectory()
    let command = try CommandProcess(
      ["tune", "--ops", "*", "--level", "exhaustive", "--output", directory.path("part.json")],
      in: directory)
    usleep(1_500_000)
    command.interrupt()
    let result = try command.waitUntilEnd()
    #expect(result.exitCode == 130, "\(result.standardError)")
    #expect(result.standardError.contains("Interrupted after"))
    #expect(directory.has("part.json"))
  }
}
