import Tensors

/// What training needs besides the weights to go on as if it had never stopped.
struct TrainingState {
  var position: RunPosition
  /// The type of the optimizer.
  var optimizerName: String
  /// The steps the optimizer has counted.
  var optimizerStep: Int
  /// Its tensors.
  var optimizerState: [String: Tensor] = [:]
  /// What the loop carries from step to step.
  var carried: [String: Tensor] = [:]
  /// The random stream and how far it has been used.
  var randomSeed: UInt64
  var randomBlock: UInt64
  /// How long `metrics.jsonl` was.
  var metricsByteCount: Int

  /// Tells the carried tensors of a file from those of the optimizer.
  private static let carriedPrefix = "carried."

  /// All tensors as they stand in a file.
  var tensors: [String: Tensor] {
    let carried = carried.map { (TrainingState.carriedPrefix + $0, $1) }
    return optimizerState.merging(carried) { $1 }
  }

  /// The numbers as they stand in the metadata of a file, under the name `step` that of the run.
  var metadata: [String: String] {
    [
      "format": "pt",
      CheckpointFiles.stepKey: "\(position.step)",
      "epoch": "\(position.epoch)",
      "step_in_epoch": "\(position.stepInEpoch)",
      "optimizer": optimizerName,
      "optimizer_step": "\(optimizerStep)",
      "random_seed": "\(randomSeed)",
      "random_block": "\(randomBlock)",
      "metrics_bytes": "\(metricsByteCount)",
    ]
  }
}

extension TrainingState {
  /// Reads the state from a file.
  init(_ file: SafetensorsFile, device: Device) throws {
    func number<Number: FixedWidthInteger>(_ key: String) throws -> Number {
      guard let text = file.metadata[key], let number = Number(text), number >= 0 else {
        throw CheckpointError(path: file.path, problem: .metadata(key: key))
      }
      return number
    }
    position = RunPosition(
      step: try number(CheckpointFiles.stepKey), epoch: try number("epoch"),
      stepInEpoch: try number("step_in_epoch"))
    optimizerName = file.metadata["optimizer"] ?? "an unknown optimizer"
    optimizerStep = try number("optimizer_step")
    randomSeed = try number("random_seed")
    randomBlock = try number("random_block")
    metricsByteCount = try number("metrics_bytes")
    for (name, tensor) in try file.tensors(device: device) {
      if name.hasPrefix(TrainingState.carriedPrefix) {
        carried[String(name.dropFirst(TrainingState.carriedPrefix.count))] = tensor
      } else {
        optimizerState[name] = tensor
      }
    }
  }
}
