import Glibc
import Tensors
import TestSupport
import Testing
import Training

@Suite struct RunResumeTests {
  private let directory = TemporaryDirectory()

  @Test("A run interrupted after any step and resumed leaves the same bytes", arguments: devices)
  func resumedEqualsUninterrupted(_ device: Device) throws {
    let whole = SmallRun(directory: directory["whole"], device: device)
    #expect(try whole.train().step == 15)
    let expected = try SmallRun.files(in: whole.directory)
    for step in [1, 2, 4, 5, 6, 9, 14, 15] {
      var part = SmallRun(directory: directory["\(step)"], device: device)
      part.interruptedAt = step
      #expect(try part.train().step == step)
      part.resume = true
      part.interruptedAt = nil
      #expect(try part.train().step == 15)
      #expect(try SmallRun.files(in: part.directory) == expected, "interrupted after \(step)")
    }
  }

  @Test("A run interrupted after every step leaves the same bytes", arguments: devices)
  func interruptedAgainAndAgain(_ device: Device) throws {
    let whole = SmallRun(directory: directory["whole"], device: device)
    try whole.train()
    var part = SmallRun(directory: directory["part"], device: device)
    part.resume = true
    for step in 1...15 {
      part.interruptedAt = step
      #expect(try part.train().step == step)
    }
    #expect(try SmallRun.files(in: part.directory) == SmallRun.files(in: whole.directory))
  }

  @Test("Two runs of one seed leave the same bytes, of two seeds others", arguments: devices)
  func sameSeed(_ device: Device) throws {
    var runs = ["a", "b", "c"].map { SmallRun(directory: directory[$0], device: device) }
    runs[2].seed = 12
    for run in runs { try run.train() }
    let files = try runs.map { try SmallRun.files(in: $0.directory) }
    #expect(files[0] == files[1])
    #expect(files[0]["model.safetensors"] != files[2]["model.safetensors"])
  }

  @Test("Each step and each epoch has a line in metrics.jsonl")
  func metrics() throws {
    let run = SmallRun(directory: directory["run"], device: .cpu)
    try run.train()
    let lines = try lines(of: run.directory + "/metrics.jsonl")
    let steps = lines.filter { $0.contains("train/loss") }
    #expect(lines.count == 18)
    #expect(steps.count == 15)
    for (index, line) in steps.enumerated() {
      let epoch = index / SmallRun.stepsPerEpoch + 1
      #expect(line.hasPrefix("{\"step\":\(index + 1),\"epoch\":\(epoch),\"train/loss\":"))
    }
    #expect(lines[5].hasPrefix("{\"step\":5,\"epoch\":1,\"test/accuracy\":"))
    #expect(lines[5].contains(",\"test/loss\":"))
  }

  @Test("Lines behind the checkpoint are taken back")
  func metricsAreCutBack() throws {
    var run = SmallRun(directory: directory["run"], device: .cpu)
    run.interruptedAt = 7
    try run.train()
    let path = run.directory + "/metrics.jsonl"
    let saved = try contents(of: path)
    try write(saved + Array("{\"step\":8,\"epoch\":2,\"train/loss\":1}\n{\"st".utf8), to: path)
    run.resume = true
    run.interruptedAt = nil
    try run.train()
    let steps = try lines(of: path).filter { $0.contains("train/loss") }
      .compactMap { Int($0.dropFirst(8).prefix { $0 != "," }) }
    #expect(steps == Array(1...15))
  }

  @Test("A run that was killed before its first checkpoint begins anew")
  func noCheckpoint() throws {
    var run = SmallRun(directory: directory["run"], device: .cpu)
    try run.train()
    let expected = try SmallRun.files(in: run.directory)
    try write([], to: run.directory + "/model.safetensors.tmp")
    for name in ["model", "training"] { remove(run.directory + "/\(name).safetensors") }
    run.resume = true
    try run.train()
    #expect(try SmallRun.files(in: run.directory) == expected)
  }

  @Test("metrics.jsonl that is shorter than at the checkpoint is an error; deleted, it is not")
  func metricsTooShort() throws {
    var run = SmallRun(directory: directory["run"], device: .cpu)
    run.interruptedAt = 7
    try run.train()
    let path = run.directory + "/metrics.jsonl"
    let size = try contents(of: path).count
    try write([UInt8](repeating: 10, count: 3), to: path)
    run.resume = true
    #expect(
      throws: RunError(directory: run.directory, problem: .metrics(size: 3, expected: size))
    ) { try run.train() }
    remove(path)
    run.interruptedAt = nil
    #expect(try run.train().step == 15)
  }
}
