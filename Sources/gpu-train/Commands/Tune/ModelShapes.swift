import Needletail

/// The shapes of a training step of a model.
struct ModelShapes {
  private let settings: TrainingSettings

  init(_ model: String, batchSize: Int?, _ precision: MatrixPrecision) throws {
    // Data that need no file have the same shapes.
    let invented = try TrainingSettings(asked: RunConfiguration(model: model)).model.suitableData
      .names.last
    settings = try TrainingSettings(
      asked: RunConfiguration(
        model: model, data: invented, precision: precision.rawValue, batchSize: batchSize))
  }

  /// What to tune, the most frequent shapes first.
  func tasks(_ tuner: Tuner, _ device: Device) throws -> [Tuner.Task] {
    try record(settings.makeTask(), tuner, device)
  }

  private func record(
    _ task: some LearningTask, _ tuner: Tuner, _ device: Device
  ) throws -> [Tuner.Task] {
    let data = try TrainingData(task, settings)
    return try withDevice(device, seed: settings.seed, precision: settings.precision) {
      let model = task.makeModel()
      let layer = task.layer(model)
      let batches = data.train.batches(ofEpoch: 1, size: settings.batchSize)
      guard let batch = batches.first(where: { _ in true }) else {
        throw CommandError("There are no data for a batch of \(settings.batchSize)")
      }
      return try tuner.recording {
        var carried: [String: Tensor] = [:]
        _ = valueAndGradient(of: layer) {
          task.loss(of: model, on: batch, carried: &carried)
        }
        try device.synchronize()
      }
    }
  }
}
