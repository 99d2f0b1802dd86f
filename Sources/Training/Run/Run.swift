import Datasets
import Layers
import Optimizers
import Tensors

/// A training run in a directory, which can stop at any step and go on as if it had not.
///
/// The directory holds `config.json`; `metrics.jsonl`, with an object for each step and each epoch;
/// `model.safetensors`, the weights alone; and `training.safetensors`, whatever else is needed to go
/// on. A resumed run equals an uninterrupted one to the bit on the same device.
///
/// ```swift
/// let run = try Run("runs/lenet", resume: true)
/// try run.restore(model, optimizer)
/// for epoch in run.epochs(10) {
///   for batch in run.progress(train.batches(of: 128, shuffledBy: epoch)) {
///     let (loss, gradients) = valueAndGradient(of: model) {
///       crossEntropy(model(batch.images), batch.labels)
///     }
///     optimizer.update(gradients)
///     run.log(["train/loss": loss])
///   }
///   let test = try evaluate(model, on: test)
///   try run.endEpoch(["test/accuracy": test.accuracy], saving: model, optimizer)
/// }
/// ```
///
/// What goes wrong inside the loop ends it, and is thrown by `endEpoch`.
public final class Run {
  /// The path of the directory.
  public let directory: String
  /// What the run was started with.
  public let configuration: RunConfiguration
  /// How far the run has come.
  public internal(set) var position = RunPosition()
  /// The means of what was logged in the last epoch that ended, since it was begun or resumed.
  public internal(set) var epochMeans: [String: Float] = [:]

  /// What the loop carries from step to step besides weights and optimizer, such as the state of a
  /// recurrent network; saved in checkpoints and brought back by `restore(_:_:)`.
  public var carried: [String: Tensor] = [:]

  let interruption: Interruption
  let reporter: ProgressReporter
  private let runDirectory: RunDirectory
  private let metrics: MetricsLog
  private var losses = ScalarBlocks()
  private var means = RunningMeans()
  private var failure: (any Error)?
  private var needsRestoring: Bool
  /// Whether the last pass over batches ended before they did.
  var isEpochCutShort = false

  /// Begins a run, or goes on with an earlier one.
  ///
  /// - Parameters:
  ///   - directory: The directory, which is made where there is none.
  ///   - resume: Whether to go on with the run that is in the directory; without one, a new run
  ///     begins either way.
  ///   - configuration: What to record. Without a device and a seed, it is given the current ones.
  ///   - progress: How progress is shown, on the standard error.
  ///   - interruption: What stops the run after the step under way; see `Interruption.onSignals()`.
  /// - Throws: `RunError` where the directory holds a run that is not to be resumed, another one
  ///   than asked for, or something else; `FileError` where it cannot be written.
  public init(
    _ directory: String, resume: Bool = false,
    configuration: RunConfiguration = RunConfiguration(), progress: ProgressStyle = .automatic,
    interruption: Interruption = Interruption()
  ) throws {
    var configuration = configuration
    configuration.device = configuration.device ?? Device.current.name
    configuration.seed = configuration.seed ?? Random.current.seed
    runDirectory = try RunDirectory(directory, resume: resume, configuration: configuration)
    metrics = try MetricsLog(in: directory)
    self.directory = directory
    self.configuration = runDirectory.configuration
    self.interruption = interruption
    reporter = ProgressReporter(progress, output: StandardError())
    needsRestoring = runDirectory.isResumed
  }

  /// Whether the run was asked to stop.
  public var isInterrupted: Bool { interruption.isRequested }

  /// Whether no further step is to be begun.
  var isStopped: Bool { isInterrupted || failure != nil }
}

// MARK: - Checkpoints

extension Run {
  /// Brings back the last checkpoint: weights, optimizer, random numbers, position and what is
  /// carried.
  ///
  /// In a new run, and where no checkpoint was saved, everything stays as it is.
  ///
  /// - Throws: `CheckpointError`, `SafetensorsError` or `FileError` where the checkpoint cannot be
  ///   read or does not fit.
  public func restore(_ model: some Layer, _ optimizer: some ResumableOptimizer) throws {
    needsRestoring = false
    let files = CheckpointFiles(directory: directory)
    guard try files.recover() else { return try metrics.cut(to: 0) }
    let device = Device.current
    let state = try TrainingState(SafetensorsFile(files.training), device: device)
    let random = Random.current
    guard state.randomSeed == random.seed else {
      throw CheckpointError(
        path: files.training, problem: .seed(saved: state.randomSeed, given: random.seed))
    }
    try state.restore(optimizer, from: files.training)
    try loadWeights(of: model, from: files.model)
    try metrics.cut(to: state.metricsByteCount)
    random.block = state.randomBlock
    carried = state.carried
    position = state.position
  }

  /// Saves a checkpoint, which replaces the last one when it is complete and on the disk.
  ///
  /// `endEpoch` does so; this is for more checkpoints, between steps.
  ///
  /// - Throws: `TrainingError` where the loss or a weight is not finite, `FileError` where the
  ///   checkpoint cannot be written; the last one stays then.
  public func save(_ model: some Layer, _ optimizer: some ResumableOptimizer) throws {
    try readLosses()
    let weights = Dictionary(uniqueKeysWithValues: model.weights)
    try checkFinite(weights)
    try metrics.synchronize()
    let random = Random.current
    let state = TrainingState(
      position: position, optimizerName: "\(type(of: optimizer))",
      optimizerStep: optimizer.stepCount, optimizerState: optimizer.state, carried: carried,
      randomSeed: random.seed, randomBlock: random.block, metricsByteCount: metrics.byteCount)
    try CheckpointFiles(directory: directory).write(weights: weights, state)
  }

  /// A step with a finite loss may still have left weights that are not.
  private func checkFinite(_ weights: [String: Tensor]) throws {
    let names = weights.keys.filter { weights[$0]!.dtype == .float32 }.sorted()
    guard !names.isEmpty else { return }
    // 0 · x is NaN for exactly the x that are not finite.
    let sums = concatenate(names.map { (weights[$0]! * 0).sum().reshaped([1]) })
    for (name, sum) in zip(names, try sums.scalars()) where !sum.isFinite {
      throw TrainingError.weightsNotFinite(name: name, step: position.step)
    }
  }
}

// MARK: - The loop

extension Run {
  /// The epochs still to do, up to a number of them in all.
  ///
  /// Each must be ended with `endEpoch`. There are no more once the run was asked to stop.
  public func epochs(_ count: Int) -> RunEpochs {
    guard !needsRestoring else { misuse("Run.epochs: a resumed run needs restore(_:_:) first") }
    reporter.epochCount = count
    return RunEpochs(of: self, count: count)
  }

  /// The batches of an epoch that are still to do, while progress is counted and shown.
  ///
  /// - Parameter batches: All batches of the epoch; those done before the run was resumed are left
  ///   out.
  public func progress<Batches>(_ batches: Batches) -> RunBatches<Batches> {
    RunBatches(batches, of: self)
  }

  /// Logs numbers of the step under way.
  ///
  /// They stay on the device, and are read in blocks later. One that is not finite ends the run;
  /// the error is thrown by `endEpoch` or `save`.
  ///
  /// - Parameter values: Float32 tensors of one element, by names such as `train/loss`.
  public func log(_ values: [String: Tensor]) {
    guard failure == nil else { return }
    do { try record(losses.add(position, values)) } catch { failure = error }
  }

  /// Ends an epoch: logs numbers of it and saves a checkpoint.
  ///
  /// Where the run was asked to stop within the epoch, only the checkpoint is saved.
  ///
  /// - Parameters:
  ///   - metrics: Numbers by names such as `test/accuracy`; only evaluated where the epoch is
  ///     complete.
  ///   - model: What to save the weights of.
  ///   - optimizer: What to save the state of.
  /// - Throws: What went wrong in the epoch, such as `TrainingError` where a loss was not finite; or
  ///   as `save`.
  public func endEpoch(
    _ metrics: @autoclosure () throws -> [String: Float], saving model: some Layer,
    _ optimizer: some ResumableOptimizer
  ) throws {
    defer { reporter.erase() }
    try readLosses()
    let seconds = reporter.secondsOfEpoch
    guard !isEpochCutShort else { return try save(model, optimizer) }
    let values = try metrics()
    try checkFinite(values, step: position.step)
    self.metrics.append(position, values)
    epochMeans = means.take()
    reporter.endEpoch(
      position.epoch, epochMeans.merging(values) { $1 }, seconds: seconds)
    position.epoch += 1
    position.stepInEpoch = 0
    try save(model, optimizer)
  }

  /// Reads all losses there are; what failed before is thrown.
  private func readLosses() throws {
    if failure == nil {
      do { try record(losses.finish()) } catch { failure = error }
    }
    try metrics.flush()
    if let failure { throw failure }
  }

  /// Writes steps to the log, up to the first that is not finite.
  private func record(_ steps: [LoggedStep]) throws {
    guard !steps.isEmpty else { return }
    for step in steps {
      do { try checkFinite(step.values, step: step.position.step) } catch {
        try metrics.flush()
        throw error
      }
      metrics.append(step.position, step.values)
      means.add(step.values)
    }
    try metrics.flush()
    reporter.show(steps.last?.values ?? [:])
  }

  private func checkFinite(_ values: [String: Float], step: Int) throws(TrainingError) {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) where !value.isFinite {
      throw .lossNotFinite(name: name, step: step, value: value)
    }
  }
}
