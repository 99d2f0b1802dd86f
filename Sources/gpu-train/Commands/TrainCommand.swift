import Needletail

/// `gpu-train train`: trains a model, from the start or from where an earlier run stopped.
struct TrainCommand: Command {
  static let model = Option(
    "model", optional: .choice(of: ModelCatalog.entries.map(\.name)),
    shownDefault: TrainingSettings.defaultModel, help: "What to train; see 'gpu-train models'.")
  static let data = CommonOptions.data(shownDefault: "the first of these")
  static let epochs = Option(
    "epochs", optional: .wholeNumber(atLeast: 1),
    shownDefault: ModelCatalog.perModel { "\($0.task.usualSettings.epochs)" },
    help: "How often to go through the data.")
  static let batchSize = Option(
    "batch-size", optional: .wholeNumber(atLeast: 1), value: "count",
    shownDefault: ModelCatalog.perModel { "\($0.task.usualSettings.batchSize)" },
    help: "How many samples a step uses; of a text, how many streams of 64 characters.")
  static let optimizer = Option(
    "optimizer", optional: .choice(of: OptimizerKind.allCases.map(\.rawValue)), value: "name",
    shownDefault: ModelCatalog.perModel { $0.task.usualSettings.optimizer.rawValue },
    help: "How to change the weights.")
  static let learningRate = Option(
    "learning-rate", optional: .number(in: TrainingSettings.learningRates), value: "rate",
    shownDefault: usualRates,
    help: "The highest rate; it rises over the first 1000 steps, at most half of them, then falls.")
  static let momentum = Option(
    "momentum", optional: .number(in: TrainingSettings.momenta), value: "factor",
    shownDefault: perOptimizer { $0.defaultMomentum },
    help: "The momentum, of optimizers that have one.")
  static let weightDecay = Option(
    "weight-decay", optional: .number(in: TrainingSettings.weightDecays), value: "factor",
    shownDefault: perOptimizer { $0.defaultWeightDecay }, help: "The pull of weights towards 0.")
  static let seed = Option(
    "seed", optional: .wholeNumber(atLeast: UInt64(0)), value: "number",
    shownDefault: "\(TrainingSettings.defaultSeed)",
    help: "What weights and the order of the data are drawn from.")
  static let limit = Option(
    "limit", optional: .wholeNumber(atLeast: 1), value: "count", shownDefault: "all",
    help: "Train on the first so many samples, or characters of a text.")
  static let runDirectory = Option(
    "run", optional: .text(), value: "directory", shownDefault: "runs/<model>-<date>-<time>",
    help: "Where to keep the run.")
  static let resume = Option(
    flag: "resume",
    help: "Go on with the run in --run, without that with the latest of the model in runs/.")
  static let quiet = Option(flag: "quiet", short: "q", help: "Show no progress.")

  static let name = "train"
  static let abstract = "Train a model, and save it after every epoch."
  static let discussion = """
    Ctrl-C finishes the step, saves, and ends; --resume goes on as if nothing had happened. A \
    resumed run keeps its settings; only --device and --epochs may be given anew. Progress goes to \
    the standard error, the summary to the standard output.

    The exit code is 0 on success, 1 for what went wrong while working, 64 for a wrong command \
    line, 130 after Ctrl-C.
    """
  static let options: [any OptionDeclaration] = [
    model, data, CommonOptions.device, CommonOptions.precision, epochs, batchSize, optimizer,
    learningRate, momentum, weightDecay, seed, limit, runDirectory, resume, CommonOptions.json,
    quiet,
  ]

  /// What the command line states; what it leaves open is nil.
  let asked: RunConfiguration
  let directory: String?
  let resumes: Bool
  let deviceName: String
  let isQuiet: Bool
  let printsJSON: Bool

  init(from arguments: ParsedArguments) throws {
    var numbers: [String: Double] = [:]
    numbers[TrainingSettings.Hyperparameter.learningRate] = try arguments[Self.learningRate]
    numbers[TrainingSettings.Hyperparameter.momentum] = try arguments[Self.momentum]
    numbers[TrainingSettings.Hyperparameter.weightDecay] = try arguments[Self.weightDecay]
    asked = RunConfiguration(
      model: try arguments[Self.model], data: try arguments[Self.data],
      limit: try arguments[Self.limit], precision: try arguments[CommonOptions.precision],
      seed: try arguments[Self.seed],
      optimizer: try arguments[Self.optimizer], hyperparameters: numbers,
      batchSize: try arguments[Self.batchSize], epochs: try arguments[Self.epochs])
    directory = try arguments[Self.runDirectory]
    resumes = try arguments[Self.resume]
    deviceName = try arguments[CommonOptions.device]
    isQuiet = try arguments[Self.quiet]
    printsJSON = try arguments[CommonOptions.json]
  }

  func run() throws {
    let model = asked.model ?? TrainingSettings.defaultModel
    let directory =
      try directory
      ?? (resumes ? RunDirectories.latest(of: model) : RunDirectories.new(for: model))
    let saved = resumes ? try SavedRun(directory) : nil
    let settings = try TrainingSettings(asked: asked, saved: saved)
    let report = try train(settings.makeTask(), settings, in: directory)
    if printsJSON {
      try printJSON(Joined(report, report.test))
    } else {
      print(report.summary)
    }
  }

  private func train(
    _ task: some LearningTask, _ settings: TrainingSettings, in directory: String
  ) throws -> TrainingReport {
    // First the device: it compiles in the background while the data are read.
    let device = try Device.chosen(deviceName, for: settings.precision)
    let data = try TrainingData(task, settings)
    return try withDevice(device, seed: settings.seed, precision: settings.precision) {
      let session = try TrainingSession(
        settings, data, in: directory, resumes: resumes, isQuiet: isQuiet)
      return try session.train()
    }
  }

  /// The learning rates for the help text: those of models, then those of optimizers.
  private static var usualRates: String {
    let rates = groups(ModelCatalog.entries, name: \.name) { model in
      let usual = model.task.usualSettings
      return usual.learningRate.map { "\($0) (\(usual.optimizer))" }
    }
    return "\(rates); otherwise \(perOptimizer { $0.defaultLearningRate })"
  }

  /// The default values of the optimizers, for the help text: each with those that have it.
  private static func perOptimizer(_ value: (OptimizerKind) -> Float?) -> String {
    groups(OptimizerKind.allCases, name: { "\($0)" }, value: { value($0).map { "\($0)" } })
  }
}
