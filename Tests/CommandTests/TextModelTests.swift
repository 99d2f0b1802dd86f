import Foundation
import Testing

@Suite("gpu-train of char-lstm, on each device")
struct TextModelTests {
  /// 2,700 characters to train on, and 300 to test on, which hold a character besides.
  private static let text = String(
    (String(repeating: "Zwölf Boxkämpfer jagen Viktor über den Deich.\n", count: 70)).prefix(2990)
      + "«Viktor!»\n")

  /// Two streams of 1,349 characters, 22 steps.
  private static let quick = [
    "train", "--model", "char-lstm", "--data", "text", "--batch-size", "2", "--quiet",
  ]

  private static func directory() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write(Data(text.utf8), to: "text")
    return directory
  }

  @Test(
    "It reports bits per character, keeps the vocabulary, and eval agrees",
    arguments: CommandFixture.deviceNames)
  func reportAndRun(device: String) throws {
    let directory = try Self.directory()
    let result = try CommandProcess.run(
      Self.quick + ["--epochs", "1", "--device", device, "--run", "runs/text", "--json"],
      in: directory)
    try #require(result.exitCode == 0, "\(result.standardError)")
    let report = try result.object()
    let loss = try #require(report["testLoss"] as? Double)
    let bits = try #require(report["testBitsPerCharacter"] as? Double)
    #expect(abs(bits - loss / log(2)) < 1e-6)
    // Fewer than the log₂ 31 of symbols that are all as likely.
    #expect(bits < 4.6)
    #expect(report["steps"] as? Int == 22)
    #expect(report["testAccuracy"] == nil)

    let lines = try directory.text(of: "runs/text/metrics.jsonl").split(separator: "\n")
    #expect(lines.count == 23)
    #expect(lines[22].contains("\"test/bitsPerCharacter\":"))
    let configuration = try JSONSerialization.jsonObject(
      with: directory.data(of: "runs/text/config.json"))
    let members = try #require(configuration as? [String: Any])
    #expect(members["vocabulary"] as? String == String(Set(Self.text.dropLast(11)).sorted()))

    let evaluation = try CommandProcess.run(
      ["eval", "--run", "runs/text", "--device", device, "--json", "--sample", "40"],
      in: directory
    ).object()
    #expect(evaluation["testBitsPerCharacter"] as? Double == bits)
    #expect(evaluation["count"] as? Int == 296)
    #expect((evaluation["sample"] as? String)?.unicodeScalars.count == 40)
  }

  @Test("Without a file it learns sentences made up from the seed, and says so")
  func inventedText() throws {
    let result = try CommandProcess.run(
      [
        "train", "--model", "char-lstm", "--limit", "300", "--batch-size", "2", "--epochs", "1",
        "--device", "cpu", "--run", "run",
      ], in: TemporaryDirectory())
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardError.contains("300 characters of grammar"))
    #expect(result.standardError.contains("test/bitsPerCharacter"))
    #expect(result.standardError.contains(" characters/s)"))
    #expect(result.standardOutput.hasPrefix("test bits per character  "))
  }

  @Test(
    "A run interrupted with Ctrl-C and resumed equals an uninterrupted one to the byte",
    arguments: CommandFixture.deviceNames)
  func interrupted(device: String) throws {
    let directory = try Self.directory()
    // 31 steps an epoch, of which the losses are written every half second.
    let start =
      Self.quick + [
        "--batch-size", "1", "--limit", "2000", "--epochs", "2", "--device", device, "--run",
      ]
    try CommandFixture.expectResumable(start, device: device, in: directory)
  }

  @Test("A text that was changed is not resumed, but evaluated with the characters of the run")
  func changedText() throws {
    let directory = try Self.directory()
    let options = ["--limit", "300", "--epochs", "1", "--device", "cpu", "--run", "run"]
    let first = try CommandProcess.run(Self.quick + options, in: directory)
    try #require(first.exitCode == 0, "\(first.standardError)")
    try directory.write(Data((Self.text + "Ein neuer Satz: 十二!").utf8), to: "text")
    let resumed = try CommandProcess.run(
      ["train", "--resume", "--run", "run", "--device", "cpu", "--quiet"], in: directory)
    #expect(resumed.exitCode == 1)
    #expect(resumed.standardError.contains("run: this run has data of checksum "))
    let evaluation = try CommandProcess.run(
      ["eval", "--run", "run", "--device", "cpu", "--data", "text"], in: directory)
    #expect(evaluation.exitCode == 0, "\(evaluation.standardError)")
    #expect(evaluation.standardOutput.hasPrefix("char-lstm on "))
    #expect(evaluation.standardOutput.contains(" test characters of text: loss "))
  }

  @Test("A vocabulary that was damaged is an error")
  func damagedVocabulary() throws {
    let directory = try Self.directory()
    let options = ["--limit", "300", "--epochs", "1", "--device", "cpu", "--run", "run"]
    let first = try CommandProcess.run(Self.quick + options, in: directory)
    try #require(first.exitCode == 0, "\(first.standardError)")
    try directory.replace("BDVZ", with: "BDVV", in: "run/config.json")
    let result = try CommandProcess.run(["eval", "--run", "run"], in: directory)
    #expect(result.exitCode == 1)
    #expect(result.standardError.contains("run/config.json: vocabulary cannot be"))
  }
}
