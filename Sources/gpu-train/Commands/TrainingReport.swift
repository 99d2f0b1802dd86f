import Needletail

/// The result of a training run, as `train --json` prints it.
struct TrainingReport: Encodable {
  let batchSize: Int
  let data: String
  let device: String
  let epochs: Int
  let learningRate: Double
  let model: String
  let optimizer: String
  let parameters: Int
  let run: String
  /// How many samples were trained on in a second, evaluation left out; 0 where none were.
  let samplesPerSecond: Double
  /// How long this program has trained and evaluated.
  let seconds: Double
  let seed: UInt64
  let steps: Int
  let testAccuracy: Float
  let testLoss: Float
  /// The mean loss of the last epoch's steps.
  let trainLoss: Double

  init(
    _ settings: TrainingSettings, _ run: Run, _ test: Evaluation, parameters: Int,
    trainLoss: Double, seconds: Double, samplesPerSecond: Double
  ) {
    batchSize = settings.batchSize
    data = settings.data
    device = Device.current.name
    epochs = settings.epochs
    learningRate = settings.learningRate
    model = settings.model.name
    optimizer = settings.optimizer.rawValue
    self.parameters = parameters
    self.run = run.directory
    self.samplesPerSecond = samplesPerSecond
    self.seconds = seconds
    seed = settings.seed
    steps = run.position.step
    testAccuracy = test.accuracy
    testLoss = test.loss
    self.trainLoss = trainLoss
  }

  /// The result for a person.
  var summary: String {
    """
    test accuracy  \(formatDecimal(100 * Double(testAccuracy), places: 2)) %
    test loss      \(formatDecimal(Double(testLoss), places: 4))
    train loss     \(formatDecimal(trainLoss, places: 4))
    time           \(formatDuration(seconds: seconds)), \
    \(Int(samplesPerSecond).grouped) images/s
    saved in       \(run)
    """
  }
}
