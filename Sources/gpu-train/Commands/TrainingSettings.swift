import Glibc
import Needletail

/// Everything that decides what a training run computes, checked.
///
/// Each setting is the one asked for; failing that, the one of the run that is resumed; failing
/// that, the usual one.
struct TrainingSettings {
  /// The names of a run's hyperparameters in its configuration.
  enum Hyperparameter {
    static let learningRate = "learningRate"
    static let momentum = "momentum"
    static let weightDecay = "weightDecay"
  }

  static let defaultModel = "lenet"
  static let defaultSeed: UInt64 = 42

  /// In how many steps the rate rises before it falls; half of them all where there are fewer.
  static let longestWarmup = 1000

  /// The rates, momenta and decays that fit in single precision.
  static let learningRates = 0..<1e30
  static let momenta = 0.0..<1.0
  static let weightDecays = 0..<1e30

  let model: ModelCatalog.Entry
  let data: String
  let limit: Int?
  let optimizer: OptimizerKind
  let learningRate: Double
  let momentum: Double?
  let weightDecay: Double
  let epochs: Int
  let batchSize: Int
  let seed: UInt64
  let precision: MatrixPrecision
  /// The characters of a run of text that is resumed or evaluated.
  private let vocabulary: Vocabulary?

  /// Settles what is `asked` for, and what the `saved` run has where it is to be resumed.
  ///
  /// - Throws: `UsageError` where the options do not go together, `CommandError` where the
  ///   configuration of the saved run makes no sense.
  init(asked: RunConfiguration, saved: SavedRun? = nil) throws {
    let earlier = saved?.configuration ?? RunConfiguration()
    model = try Self.entry(
      asked.model ?? earlier.model ?? Self.defaultModel, of: saved, setting: "model"
    ) { ModelCatalog[$0] }
    let usual = model.task.usualSettings
    optimizer = try Self.entry(
      asked.optimizer ?? earlier.optimizer ?? usual.optimizer.rawValue, of: saved,
      setting: "optimizer"
    ) { OptimizerKind(rawValue: $0) }
    data = asked.data ?? earlier.data ?? model.suitableData.usual
    limit = asked.limit ?? earlier.limit
    epochs = asked.epochs ?? earlier.epochs ?? usual.epochs
    batchSize = asked.batchSize ?? earlier.batchSize ?? usual.batchSize
    seed = asked.seed ?? earlier.seed ?? Self.defaultSeed
    precision = try Self.entry(
      asked.precision ?? earlier.precision ?? MatrixPrecision.float32.rawValue, of: saved,
      setting: "precision"
    ) { MatrixPrecision(rawValue: $0) }

    vocabulary = try earlier.vocabulary.map {
      try Self.entry($0, of: saved, setting: "vocabulary") { Vocabulary(text: $0) }
    }

    let numbers = earlier.hyperparameters.merging(asked.hyperparameters) { $1 }
    let usualRate = optimizer == usual.optimizer ? usual.learningRate : nil
    learningRate =
      numbers[Hyperparameter.learningRate] ?? usualRate ?? asWritten(optimizer.defaultLearningRate)
    weightDecay = numbers[Hyperparameter.weightDecay] ?? asWritten(optimizer.defaultWeightDecay)
    momentum = numbers[Hyperparameter.momentum] ?? optimizer.defaultMomentum.map(asWritten)
    guard momentum == nil || optimizer.defaultMomentum != nil else {
      throw UsageError("The optimizer '\(optimizer)' has no momentum: leave --momentum out")
    }
    if let saved { try checkRanges(of: saved) }
  }

  /// Finds what a name in the configuration stands for.
  private static func entry<Entry>(
    _ name: String, of saved: SavedRun?, setting: String, find: (String) -> Entry?
  ) throws -> Entry {
    if let entry = find(name) { return entry }
    throw invalid(setting, name, of: saved)
  }

  /// What the command line was asked for is in range; what somebody wrote into a file may not be.
  private func checkRanges(of saved: SavedRun) throws {
    let checks: [(String, Any, Bool)] = [
      ("batchSize", batchSize, batchSize >= 1),
      ("epochs", epochs, epochs >= 1),
      ("limit", limit ?? 1, (limit ?? 1) >= 1),
      (Hyperparameter.learningRate, learningRate, Self.learningRates.contains(learningRate)),
      (Hyperparameter.momentum, momentum ?? 0, Self.momenta.contains(momentum ?? 0)),
      (Hyperparameter.weightDecay, weightDecay, Self.weightDecays.contains(weightDecay)),
    ]
    for (setting, value, isValid) in checks where !isValid {
      throw Self.invalid(setting, "\(value)", of: saved)
    }
  }

  private static func invalid(
    _ setting: String, _ value: String, of saved: SavedRun?
  ) -> CommandError {
    let place = saved.map { "\($0.directory)/config.json: " } ?? ""
    return CommandError(
      "\(place)\(setting) cannot be '\(value)'; take a run that gpu-train has written")
  }
}

extension TrainingSettings {
  /// What is to be learned.
  ///
  /// - Parameter data: The data in place of those of the settings.
  /// - Throws: `UsageError` where the data do not suit the model, `DatasetError` where a text cannot
  ///   be read.
  func makeTask(data: String? = nil) throws -> any LearningTask {
    let data = data ?? self.data
    try model.suitableData.check(data, for: model.name)
    switch model.task {
    case .imageClassification: return ImageClassification(model: model, source: data, seed: seed)
    case .binaryClassification:
      return BinaryClassification(model: model, source: .init(rawValue: data)!, seed: seed)
    case .regression: return Regression(model: model, source: .init(rawValue: data)!, seed: seed)
    case .nextCharacter(let make):
      return try NextCharacter(make, source: data, seed: seed, vocabulary: vocabulary)
    }
  }

  /// What `config.json` records, but for what the data add to it.
  func configuration(on device: Device) -> RunConfiguration {
    var numbers = [
      Hyperparameter.learningRate: learningRate, Hyperparameter.weightDecay: weightDecay,
    ]
    numbers[Hyperparameter.momentum] = momentum
    return RunConfiguration(
      model: model.name, data: data, limit: limit, device: device.name,
      precision: precision.rawValue, seed: seed,
      optimizer: optimizer.rawValue, hyperparameters: numbers, batchSize: batchSize,
      epochs: epochs)
  }

  /// The optimizer of a model that makes so many steps in all.
  func makeOptimizer(for model: some Layer, steps: Int) -> any Optimizer {
    optimizer.make(
      for: model, learningRate: Self.schedule(to: Float(learningRate), steps: steps),
      momentum: momentum.map { Float($0) }, weightDecay: Float(weightDecay))
  }

  /// The rate rises along half a cosine, and falls along another.
  ///
  /// It begins with next to nothing, since Adam's first estimates are rough, and since at first large
  /// steps meet a steep loss: the rounding in which devices differ would soon grow to the third digit
  /// of the losses, so that two devices could no longer be compared.
  private static func schedule(to highest: Float, steps: Int) -> LearningRate {
    let warmup = min(longestWarmup, steps / 2)
    let fall = LearningRate.cosine(from: highest, steps: steps - warmup)
    return LearningRate { step in
      guard step < warmup else { return fall(at: step - warmup) }
      let progress = Double(step + 1) / Double(warmup)
      return highest * Float((1 - cos(.pi * progress)) / 2)
    }
  }
}

/// The double of a number's shortest decimal form: 0.001, not 0.0010000000474974513.
private func asWritten(_ number: Float) -> Double { Double("\(number)")! }
