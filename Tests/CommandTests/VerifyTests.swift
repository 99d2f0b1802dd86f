import Foundation
import Testing

@Suite("gpu-train verify")
struct VerifyTests {
  private func verify(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> CommandProcess.Result {
    try CommandProcess.run(
      ["verify"] + arguments, in: TemporaryDirectory(), environment: environment)
  }

  @Test("Operations are listed with their rows, cases and shapes")
  func listing() throws {
    let table = try verify("--list")
    #expect(table.exitCode == 0)
    #expect(table.standardOutput.contains("\nconvolve "))
    #expect(table.standardOutput.contains("\nconv2d "))

    let json = try verify("--list", "--json").standardOutput
    let operations = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(operations.count > 100)
    for operation in operations {
      #expect(try #require(operation["shapes"] as? Int) >= 10, "\(operation)")
    }
  }

  @Test("The rows of an operation are listed by the names that --op takes")
  func listingRows() throws {
    let lines = try verify("--list", "--op", "softmax").standardOutput.split(separator: "\n")
    #expect(lines.count > 2)
    for line in lines.dropFirst() { #expect(line.hasPrefix("softmax/"), "\(line)") }
  }

  @Test("An operation is verified in all modes on all devices")
  func oneOperation() throws {
    let result = try verify("--op", "sigmoid", "--scale", "reduced")
    #expect(result.exitCode == 0, "\(result.standardOutput)")
    #expect(result.standardError.isEmpty, "\(result.standardError)")
    #expect(result.standardOutput.contains(": nothing is wrong"))
    for device in CommandFixture.deviceNames { #expect(result.standardOutput.contains(device)) }
    for heading in ["Values", "Gradients", "Two runs"] {
      #expect(result.standardOutput.contains(heading))
    }
  }

  @Test("Both styles of kernels are verified, as a JSON object")
  func json() throws {
    let object = try verify(
      "--op", "softmax/plain", "--mode", "forward", "--scale", "reduced", "--kernels", "both",
      "--json"
    ).object()
    #expect(object["passed"] as? Bool == true)
    #expect(object["scale"] as? String == "reduced")
    #expect((object["failures"] as? [Any])?.isEmpty == true)
    #expect((object["unsupported"] as? [Any])?.isEmpty == true)
    let cells = try #require(object["cells"] as? [[String: Any]])
    #expect(cells.count == 2 * CommandFixture.openCLDeviceNames.count + 1)
    for cell in cells where cell["device"] as? String != "cpu" {
      #expect(cell["status"] as? String == "passed")
      let error = try #require(cell["error"] as? Double)
      #expect(try error <= #require(cell["bound"] as? Double))
      #expect(["cpu", "gpu"].contains(cell["kernels"] as? String))
    }
    #expect(cells.last?["status"] as? String == "reference")
  }

  @Test("The ways of a level of 'tune' are verified")
  func level() throws {
    let object = try verify(
      "--op", "matrixProduct/nothing to add", "--level", "normal", "--json"
    ).object()
    #expect(object["passed"] as? Bool == true)
    #expect(object["level"] as? String == "normal")
  }

  @Test("Devices are given one after another, between commas or again")
  func severalDevices() throws {
    let names = CommandFixture.deviceNames
    for devices in [names, [names.joined(separator: ",")], ["auto", "--device"] + names] {
      let result = try CommandProcess.run(
        ["verify", "--op", "exp", "--mode", "repeat", "--device"] + devices + ["--json"],
        in: TemporaryDirectory())
      let cells = try #require(result.object()["devices"] as? [[String: Any]])
      #expect(Set(cells.compactMap { $0["device"] as? String }) == Set(names))
      #expect(cells.count == names.count)
    }
  }

  @Test("A single case of a row is verified")
  func oneCase() throws {
    let result = try verify(
      "--device", "cpu", "--op", "conv2d/in groups", "--case", "0", "--mode", "gradient")
    #expect(result.exitCode == 0)
    #expect(result.standardOutput.contains("1 case on cpu: nothing is wrong"))
  }

  @Test("Ctrl-C ends it with code 130 and says how far it came")
  func interruption() throws {
    let command = try CommandProcess(["verify", "--scale", "full"], in: TemporaryDirectory())
    try command.waitUntilItHandlesInterrupts()
    command.interrupt()
    let result = try command.waitUntilEnd()
    #expect(result.exitCode == 130)
    #expect(result.standardError.hasPrefix("Interrupted after "), "\(result.standardError)")
    #expect(result.standardOutput.isEmpty)
  }

  @Test(
    "A compiler that computes wrongly is reported, with a command that repeats it",
    .enabled(if: CommandFixture.usesPocl, "pocl's options are set in the environment"))
  func wrongCompiler() throws {
    let environment = ["POCL_EXTRA_BUILD_FLAGS": "-DLOGARITHMIC=1"]
    let options = ["verify", "--op", "softmax/plain", "--scale", "reduced", "--mode", "forward"]
    let table = try CommandProcess.run(
      options, in: TemporaryDirectory(), environment: environment)
    #expect(table.exitCode == 1)
    #expect(table.standardOutput.contains("FAILED"))

    let object = try CommandProcess.run(
      options + ["--json"], in: TemporaryDirectory(), environment: environment
    ).object()
    #expect(object["passed"] as? Bool == false)
    let failures = try #require(object["failures"] as? [[String: Any]])
    let command = try #require(failures.first?["command"] as? String)
    #expect(table.standardOutput.contains(command))
    let words = command.split(separator: " ").dropFirst().map(String.init)
    let again = try CommandProcess.run(words, in: TemporaryDirectory(), environment: environment)
    #expect(again.exitCode == 1)
    #expect(again.standardOutput.contains("1 case on"))
    #expect(try CommandProcess.run(words, in: TemporaryDirectory()).exitCode == 0)
  }
}
