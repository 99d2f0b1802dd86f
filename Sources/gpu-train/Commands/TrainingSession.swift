import Needletail

/// The data of a training run.
struct TrainingData<Task: LearningTask> {
  let task: Task
  let train: Task.Samples
  let test: Task.Samples

  init(_ task: Task, _ settings: TrainingSettings) throws {
    self.task = task
    let all = try task.samples(.train)
    train = settings.limit.map(all.prefix) ?? all
    try task.check(train, batchSize: settings.batchSize)
    test = try task.samples(.test)
  }
}

/// A training run from its first step, or the first after it was resumed, to its last.
///
/// Made and used inside `withDevice`.
struct TrainingSession<Task: LearningTask> {
  private let settings: TrainingSettings
  private let data: TrainingData<Task>
  private let run: Run
  private let model: Task.Model
  private let layer: any Layer
  private let optimizer: any Optimizer
  private let steps: TaskSteps<Task>

  /// Makes the model and the run's directory, and brings back the checkpoint of a resumed run.
  init(
    _ settings: TrainingSettings, _ data: TrainingData<Task>, in directory: String, resumes: Bool,
    isQuiet: Bool
  ) throws {
    self.settings = settings
    self.data = data
    model = data.task.makeModel()
    layer = data.task.layer(model)
    let stepsPerEpoch = data.train.batches(ofEpoch: 1, size: settings.batchSize).count
    optimizer = settings.makeOptimizer(for: layer, steps: settings.epochs * stepsPerEpoch)
    steps = TaskSteps(
      data.task, model, optimizer, gradientLimit: settings.model.task.usualSettings.gradientLimit)
    var configuration = settings.configuration(on: .current)
    data.task.record(in: &configuration)
    run = try Run(
      directory, resume: resumes, configuration: configuration,
      progress: isQuiet ? .quiet : .automatic, interruption: .onSignals())
    try run.restore(layer, optimizer)
    if !isQuiet { announce() }
  }

  private func announce() {
    let place = run.position.step > 0 ? " goes on after step \(run.position.step)" : ""
    printMessage(
      """
      \(settings.model.name) (\(layer.parameterCount.grouped) parameters) on \(Device.current)
      \(data.train.count.grouped) \(data.task.sampleNoun) of \(data.train.name), run \
      \(run.directory)\(place)
      """)
  }

  /// Trains to the end, and reports.
  ///
  /// - Throws: `ExitCode.interrupted` where Ctrl-C was pressed, after saving; or what went wrong.
  func train() throws -> TrainingReport {
    let start = ContinuousClock.now
    var trainingTime = Duration.zero
    var sampleCount = 0
    var result: TestResult?
    for epoch in run.epochs(settings.epochs) {
      let epochStart = ContinuousClock.now
      sampleCount += trainEpoch(epoch)
      try run.endEpoch(
        {
          trainingTime += .now - epochStart
          let test = try data.task.evaluate(model, on: data.test)
          result = test
          return test.metrics
        }(), saving: layer, optimizer)
    }
    try endIfInterrupted()
    // A run that was complete when it was resumed has evaluated nothing.
    let test = try result ?? data.task.evaluate(model, on: data.test)
    return TrainingReport(
      settings, run, test, parameters: layer.parameterCount, sampleNoun: data.task.sampleNoun,
      trainLoss: try StepLosses.mean(ofEpoch: settings.epochs, in: run.directory),
      seconds: (ContinuousClock.now - start) / .seconds(1),
      samplesPerSecond: sampleCount > 0 ? Double(sampleCount) / (trainingTime / .seconds(1)) : 0)
  }

  /// Makes the steps of an epoch, and returns how many samples they used.
  private func trainEpoch(_ epoch: Int) -> Int {
    var sampleCount = 0
    if run.position.stepInEpoch == 0 { run.carried = [:] }
    let batches = data.train.batches(ofEpoch: epoch, size: settings.batchSize)
    for batch in run.progress(batches) {
      let loss = steps.train(on: batch, carried: &run.carried)
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
