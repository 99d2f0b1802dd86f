import Foundation
import Tensors
import Testing
import gpu_train

@Suite("gpu-train profile")
struct ProfileTests {
  private func profile(
    _ arguments: String..., in directory: TemporaryDirectory
  ) throws -> CommandProcess.Result {
    try CommandProcess.run(["profile", "--steps", "2"] + arguments, in: directory)
  }

  @Test("Operations with their kernels stand on the standard output, with what steps took")
  func text() throws {
    let result = try profile("--model", "mlp", in: TemporaryDirectory())
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardError.contains("mlp (235,146 parameters)"))
    for part in ["OPERATION · KERNEL", "product", "adam update", "step ", "memory "] {
      #expect(result.standardOutput.contains(part), "\(result.standardOutput)")
    }
  }

  @Test("A JSON object has the figures of every device", arguments: CommandFixture.deviceNames)
  func json(device: String) throws {
    let result = try profile(
      "--model", "lenet", "--batch-size", "8", "--device", device, "--json",
      in: TemporaryDirectory())
    let object = try result.object()
    #expect(object["steps"] as? Int == 2)
    #expect(object["batchSize"] as? Int == 8)
    #expect(try #require(object["seconds"] as? Double) > 0)
    #expect(try #require(object["peakMemoryInUseBytes"] as? Int) > 4 * 4 * 431_080)
    let operations = try #require(object["operations"] as? [[String: Any]])
    let names = operations.compactMap { $0["name"] as? String }
    for name in ["convolution forward", "convolution filter gradient", "product", "max pooling"] {
      #expect(names.contains(name))
    }
    let shares = operations.compactMap { $0["share"] as? Double }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
    let isReference = device == "cpu"
    #expect((object["roofline"] == nil) == isReference)
    #expect((object["hostTimes"] == nil) == isReference)
    for operation in operations {
      let kernels = try #require(operation["kernels"] as? [[String: Any]])
      #expect(kernels.isEmpty == isReference)
    }
    // Two layers' products and sums of a step, whatever kernels do them.
    let forward = try #require(
      operations.first { $0["name"] as? String == "convolution forward" })
    let (first, second) = (20 * 24 * 24, 50 * 8 * 8)
    let products = 2 * (first * 25 + second * 20 * 25) + first + second
    #expect(forward["floatingPointOperations"] as? Double == Double(2 * 8 * products))
  }

  @Test("A trace has every launch and step, and opens as JSON")
  func trace() throws {
    let directory = try TemporaryDirectory()
    let result = try profile(
      "--model", "xor", "--device", "opencl", "--trace", "trace.json", "--json", in: directory)
    let object = try result.object()
    let launches = try #require((object["hostTimes"] as? [String: Any])?["launches"] as? Int)
    let trace = try #require(
      try JSONSerialization.jsonObject(with: directory.data(of: "trace.json")) as? [String: Any])
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    let timed = events.filter { $0["ph"] as? String == "X" }
    // Each launch on both lines, and the steps.
    #expect(timed.count == 2 * launches + 2)
    for event in timed { #expect(try #require(event["dur"] as? Double) >= 0) }
  }

  @Test("A model of text is profiled as well")
  func modelOfText() throws {
    let result = try profile(
      "--model", "char-lstm", "--batch-size", "2", "--json", in: TemporaryDirectory())
    let operations = try #require(try result.object()["operations"] as? [[String: Any]])
    let names = operations.compactMap { $0["name"] as? String }
    #expect(names.contains("lstm forward") && names.contains("lstm gradient"))
  }

  @Test("A file that cannot be written and a model that does not exist are errors")
  func errors() throws {
    let directory = try TemporaryDirectory()
    let unwritable = try profile(
      "--model", "xor", "--device", "cpu", "--trace", "missing/trace.json", in: directory)
    #expect(unwritable.exitCode == 1)
    #expect(unwritable.standardError.contains("missing/trace.json"))
    let unknown = try profile("--model", "resnet81", in: directory)
    #expect(unknown.exitCode == 64)
    #expect(unknown.standardError.contains("resnet18"))
  }

  @Test("Gaps are the host's until it has queued the next kernel, then the device's")
  func gaps() {
    let origin = ContinuousClock.now
    func time(_ start: Int, _ end: Int) -> Range<ContinuousClock.Instant> {
      (origin + .milliseconds(start))..<(origin + .milliseconds(end))
    }
    let activities = [
      Activity(kernel: "a", call: nil, device: time(2, 5), host: time(0, 1)),
      Activity(kernel: "b", call: nil, device: time(9, 10), host: time(6, 8)),
      Activity(kernel: "a", call: nil, device: time(11, 15), host: time(8, 9)),
    ]
    let report = ProfileReport(activities, steps: [time(0, 9)], end: origin + .milliseconds(16))
    let expected: [(Double, Double)] = [
      (report.seconds, 16), (report.occupancy.busySeconds, 8),
      (report.occupancy.waitingSeconds, 3), (report.occupancy.startingSeconds, 2),
      (report.occupancy.longestGap, 4), (report.hostSeconds ?? 0, 9),
      (report.queueingSeconds, 4), (report.operationSeconds, 8),
    ]
    for (seconds, milliseconds) in expected { #expect(abs(seconds * 1e3 - milliseconds) < 1e-6) }
    #expect(report.operations.map(\.name) == ["other"])
    #expect(report.operations[0].kernels.map(\.name) == ["a", "b"])
    #expect(report.operations[0].kernels.map(\.launches) == [2, 1])
  }
}
