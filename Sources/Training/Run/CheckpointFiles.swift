import Glibc
import Tensors

/// The two files of a checkpoint, which are always of the same step.
///
/// Both are written beside their places first. Then `training.safetensors` moves into its place,
/// and after it `model.safetensors`. A crash between the two leaves files of different steps, and
/// the finished file that did not move; `recover` moves it.
struct CheckpointFiles {
  static let stepKey = "step"

  let directory: String
  var model: String { RunFile.model.path(in: directory) }
  var training: String { RunFile.training.path(in: directory) }

  /// Replaces the checkpoint.
  ///
  /// - Throws: `FileError`, or what went wrong on a device; then the old checkpoint stays.
  func write(weights: [String: Tensor], _ state: TrainingState) throws {
    let training = try SafetensorsFile.prepare(
      state.tensors, metadata: state.metadata, for: self.training)
    let model = try SafetensorsFile.prepare(
      weights,
      metadata: ["format": "pt", CheckpointFiles.stepKey: "\(state.position.step)"],
      for: self.model)
    // From the first move on, what is left of the new checkpoint is needed to complete it.
    defer { if !training.isTemporary { model.keep() } }
    try training.moveIntoPlace()
    try model.moveIntoPlace()
  }

  /// Completes a checkpoint that a crash interrupted, and removes what is left of others.
  ///
  /// - Returns: Whether there is a checkpoint.
  /// - Throws: `CheckpointError` where the two files do not belong together, `SafetensorsError`
  ///   where one is damaged.
  func recover() throws -> Bool {
    let modelStep = try step(of: model)
    let trainingStep = try step(of: training)
    if modelStep != trainingStep {
      let (late, wanted) =
        (modelStep ?? -1) < (trainingStep ?? -1)
        ? (model, trainingStep) : (training, modelStep)
      let finished = ReplacementFile.temporaryPath(for: late)
      guard stepOfTemporary(finished) == wanted else {
        throw CheckpointError(
          path: directory, problem: .steps(model: modelStep, training: trainingStep))
      }
      try move(finished, to: late)
    }
    for path in [model, training] {
      // There is nothing to remove after a run that ended well.
      unlink(ReplacementFile.temporaryPath(for: path))
    }
    return modelStep != nil || trainingStep != nil
  }

  /// The step a file was saved at, or nil where there is no file.
  private func step(of path: String) throws -> Int? {
    guard fileExists(path) else { return nil }
    guard
      let step = try SafetensorsFile(path).metadata[CheckpointFiles.stepKey].flatMap({ Int($0) })
    else { throw CheckpointError(path: path, problem: .metadata(key: CheckpointFiles.stepKey)) }
    return step
  }

  /// The step of a file that may be unfinished, or nil where it is.
  private func stepOfTemporary(_ path: String) -> Int? {
    // A file that cannot be read was not finished; that is no failure, but what is asked here.
    try? step(of: path)
  }
}
