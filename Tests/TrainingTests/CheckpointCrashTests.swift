import Glibc
import Testing
import Training

/// What a crash can leave while a checkpoint of step 7 replaces that of step 4, composed of the
/// files of both.
@Suite struct CheckpointCrashTests {
  private let directory = TemporaryDirectory()
  private let old: [String: [UInt8]]
  private let new: [String: [UInt8]]
  private let end: [String: [UInt8]]

  init() throws {
    old = try Self.files(of: directory["old"], interruptedAt: 4)
    new = try Self.files(of: directory["new"], interruptedAt: 7)
    end = try Self.files(of: directory["end"], interruptedAt: nil)
  }

  private static func files(
    of directory: String, interruptedAt step: Int?
  ) throws -> [String: [UInt8]] {
    try SmallRun(directory: directory, device: .cpu, interruptedAt: step).train()
    return try SmallRun.files(in: directory)
  }

  private static let model = "model.safetensors"
  private static let training = "training.safetensors"

  /// Resumes a run in a directory of the files; returns the step it goes on from.
  private func resume(_ files: [String: [UInt8]], in name: String = "crashed") throws -> Int {
    let path = directory[name]
    var run = SmallRun(directory: path, device: .cpu)
    run.interruptedAt = 1
    try run.train()
    remove(path + "/" + Self.model)
    remove(path + "/" + Self.training)
    try write(new["metrics.jsonl"]!, to: path + "/metrics.jsonl")
    for (name, bytes) in files { try write(bytes, to: path + "/" + name) }
    run.resume = true
    var first = 0
    run.spoil = { loss, step in
      if first == 0 { first = step - 1 }
      return loss
    }
    run.interruptedAt = nil
    try run.train()
    #expect(try SmallRun.files(in: path) == end)
    return first
  }

  @Test("A crash while a file is written leaves the old checkpoint", arguments: [0, 100, 100_000])
  func whileWriting(_ byteCount: Int) throws {
    let (oldModel, oldTraining) = (old[Self.model]!, old[Self.training]!)
    let half = Array(new[Self.training]!.prefix(byteCount))
    #expect(
      try resume([
        Self.model: oldModel, Self.training: oldTraining, Self.training + ".tmp": half,
      ]) == 4)
    #expect(
      try resume(
        [
          Self.model: oldModel, Self.training: oldTraining,
          Self.training + ".tmp": new[Self.training]!,
          Self.model + ".tmp": Array(new[Self.model]!.prefix(byteCount)),
        ], in: "second") == 4)
  }

  @Test("A crash between the two moves is made good")
  func betweenMoves() throws {
    #expect(
      try resume([
        Self.model: old[Self.model]!, Self.training: new[Self.training]!,
        Self.model + ".tmp": new[Self.model]!,
      ]) == 7)
    // A disk may keep the second move, and lose the first.
    #expect(
      try resume(
        [
          Self.model: new[Self.model]!, Self.training: old[Self.training]!,
          Self.training + ".tmp": new[Self.training]!,
        ], in: "second") == 7)
    // The first checkpoint of a run has nothing to replace.
    #expect(
      try resume(
        [
          Self.training: new[Self.training]!, Self.model + ".tmp": new[Self.model]!,
        ], in: "third") == 7)
  }

  @Test("Files of different steps are an error where nothing makes it good")
  func differentSteps() throws {
    let path = directory["crashed"]
    let mismatch = CheckpointError(path: path, problem: .steps(model: 4, training: 7))
    #expect(throws: mismatch) {
      try resume([Self.model: old[Self.model]!, Self.training: new[Self.training]!])
    }
  }

  @Test("An unfinished rest does not count as the other half of a checkpoint")
  func unfinishedRest() throws {
    let mismatch = CheckpointError(
      path: directory["crashed"], problem: .steps(model: 4, training: 7))
    #expect(throws: mismatch) {
      try resume([
        Self.model: old[Self.model]!, Self.training: new[Self.training]!,
        Self.model + ".tmp": Array(new[Self.model]!.dropLast()),
      ])
    }
  }

  @Test("A checkpoint of which a file is missing is an error")
  func missingFile() throws {
    let path = directory["crashed"]
    #expect(throws: CheckpointError(path: path, problem: .steps(model: 4, training: nil))) {
      try resume([Self.model: old[Self.model]!])
    }
  }
}
