import Needletail

/// Steps of training that are profiled.
struct ProfiledTraining {
  /// How many numbers are trained.
  let parameterCount: Int
  /// The samples of a step.
  let batchSize: Int
  /// What a sample is called, in the plural.
  let sampleNoun: String
  /// What it learns from.
  let data: String
  /// The optimizer's name.
  let optimizer: String
  /// Makes the next step.
  let step: () -> Void

  /// Prepares a model on the current device.
  ///
  /// - Parameter batchSize: The samples of a step; nil for as many as usual.
  init(_ model: ModelCatalog.Entry, batchSize: Int?) throws {
    if ModelCatalog[model.name] == nil {
      self.init(network: model, batchSize: batchSize ?? Self.usualBatchSize(of: model))
      return
    }
    // Data that need no file.
    let data = model.suitableData.names.first { $0 != "fashion-mnist" }
    let settings = try TrainingSettings(
      asked: RunConfiguration(model: model.name, data: data, batchSize: batchSize))
    try self.init(settings.makeTask(), settings)
  }

  private init(_ task: some LearningTask, _ settings: TrainingSettings) throws {
    let samples = try task.samples(.train)
    try task.check(samples, batchSize: settings.batchSize)
    let model = task.makeModel()
    let layer = task.layer(model)
    let limit = settings.model.task.usualSettings.gradientLimit
    let optimizer = settings.makeOptimizer(for: layer, steps: 10_000)
    var (epoch, carried): (Int, [String: Tensor]) = (1, [:])
    var batches = samples.batches(ofEpoch: epoch, size: settings.batchSize).makeIterator()
    parameterCount = layer.parameterCount
    batchSize = settings.batchSize
    sampleNoun = task.sampleNoun
    data = settings.data
    self.optimizer = settings.optimizer.rawValue
    step = {
      var next = batches.next()
      if next == nil {
        (epoch, carried) = (epoch + 1, [:])
        batches = samples.batches(ofEpoch: epoch, size: settings.batchSize).makeIterator()
        next = batches.next()
      }
      guard let batch = next else { return }
      _ = task.train(model, on: batch, with: optimizer, gradientLimit: limit, carried: &carried)
    }
  }

  /// A network with random images, by Adam.
  private init(network: ModelCatalog.Entry, batchSize: Int) {
    let model = network.make()
    let optimizer = Adam(model)
    let images = Tensor.normal(Shape([batchSize] + network.inputShape))
    let classes = network.classCount ?? 1
    let labels = Tensor((0..<batchSize).map { Int32($0 % classes) })
    parameterCount = model.parameterCount
    self.batchSize = batchSize
    sampleNoun = "images"
    data = "random images"
    self.optimizer = OptimizerKind.adam.rawValue
    step = {
      let (_, gradients) = valueAndGradient(of: model) { crossEntropy(model(images), labels) }
      optimizer.update(gradients)
    }
  }

  /// As many images as the benchmark has: more of small ones.
  static func usualBatchSize(of network: ModelCatalog.Entry) -> Int {
    ModelCatalog[network.name]?.task.usualSettings.batchSize
      ?? (network.inputShape.count > 3 * 64 * 64 ? 4 : 64)
  }
}
