import Needletail

/// The data of a training run.
struct TrainingData {
  let train: Dataset
  let test: Dataset

  init(_ settings: TrainingSettings) throws {
    let all = try DataSource.load(
      settings.data, .train, for: settings.model, seed: settings.seed)
    train = settings.limit.map(all.prefix) ?? all
    test = try DataSource.load(settings.data, .test, for: settings.model, seed: settings.seed)
  }
}

/// A training run from its first step, or the first after it was resumed, to its last.
///
/// Made and used inside `withDevice`.
struct TrainingSession {
  private let settings: TrainingSettings
  private let data: TrainingData
  private let run: Run
  private let model: any Layer
  private let optimizer: any Optimizer

  /// Makes the model and the run's directory, and brings back the checkpoint of a resumed run.
  init(
    _ settings: TrainingSettings, _ data: TrainingData, in directory: String, resumes: Bool,
    isQuiet: Bool
  ) throws {
    self.settings = settings
    self.data = data
    model = settings.model.make()
    let stepsPerEpoch = data.train.batches(of: settings.batchSize).count
    optimizer = settings.makeOptimizer(for: model, steps: settings.epochs * stepsPerEpoch)
    run = try Run(
      directory, resume: resumes, configuration: settings.configuration(on: .current),
      progress: isQuiet ? .quiet : .automatic, interruption: .onSignals())
    try run.restore(model, optimizer)
    if !isQuiet { announce() }
  }

  private func announce() {
    let place = run.position.step > 0 ? " goes on after step \(run.position.step)" : ""
    printMessage(
      """
      \(settings.model.name) (\(model.parameterCount.grouped) parameters) on \(Device.current)
      \(data.train.count.grouped) images of \(data.train.name), run \(run.directory)\(place)
      """)
  }

  /// Trains to the end, and reports.
  ///
  /// - Throws: `ExitCode.interrupted` where Ctrl-C was pressed, after saving; or what went wrong.
  func train() throws -> TrainingReport {
    let start = ContinuousClock.now
    var trainingTime = Duration.zero
    var sampleCount = 0
    var evaluation: Evaluation?
    for epoch in run.epochs(settings.epochs) {
      let epochStart = ContinuousClock.now
      sampleCount += trainEpoch(epoch)
      try run.endEpoch(
        {
          trainingTime += .now - epochStart
          let result = try evaluate(model, on: data.test)
          evaluation = result
          return ["test/loss": result.loss, "test/accuracy": result.accuracy]
        }(), saving: model, optimizer)
    }
    try endIfInterrupted()
    // A run that was complete when it was resumed has evaluated nothing.
    let result = try evaluation ?? evaluate(model, on: data.test)
    return TrainingReport(
      settings, run, result, parameters: model.parameterCount,
      trainLoss: try StepLosses.mean(ofEpoch: settings.epochs, in: run.directory),
      seconds: (ContinuousClock.now - start) / .seconds(1),
      samplesPerSecond: sampleCount > 0 ? Double(sampleCount) / (trainingTime / .seconds(1)) : 0)
  }

  /// Makes the steps of an epoch, and returns how many samples they used.
  private func trainEpoch(_ epoch: Int) -> Int {
    var sampleCount = 0
    let batches = data.train.batches(of: settings.batchSize, shuffledBy: epoch)
    for batch in run.progress(batches) {
      let (loss, gradients) = valueAndGradient(of: model) {
        crossEntropy(model(batch.images), batch.labels)
      }
      optimizer.update(gradients)
      run.log(["train/loss": loss])
      sampleCount += batch.count
    }
    return sampleCount
  }

  private func endIfInterrupted() throws {
    guard run.position.epoch <= settings.epochs else { return }
    printMessage(
      """
      Interrupted after step \(run.position.step), which is saved; to go on: \
      gpu-train train --run \(run.directory) --resume
      """)
    throw ExitCode.interrupted
  }
}
