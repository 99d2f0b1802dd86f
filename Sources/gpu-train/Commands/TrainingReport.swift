import Needletail

/// The result of a training run, as `train --json` prints it together with that of the test.
struct TrainingReport: Encodable {
  private enum CodingKeys: CodingKey {
    case batchSize, data, device, epochs, learningRate, model, optimizer, parameters
    case peakMemoryBytes, peakMemoryInUseBytes, run
    case samplesPerSecond, seconds, seed, steps, trainLoss
  }

  let batchSize: Int
  let data: String
  let device: String
  let epochs: Int
  let learningRate: Double
  let model: String
  let optimizer: String
  let parameters: Int
  /// The most bytes of the device's memory that were held, and of those that were in use.
  let peakMemoryBytes: Int
  let peakMemoryInUseBytes: Int
  let run: String
  /// How many samples were trained on in a second, evaluation left out; 0 where none were.
  let samplesPerSecond: Double
  /// How long this program has trained and evaluated.
  let seconds: Double
  let seed: UInt64
  let steps: Int
  let test: TestResult
  /// The mean loss of the last epoch's steps.
  let trainLoss: Double

  private let sampleNoun: String

  init(
    _ settings: TrainingSettings, _ run: Run, _ test: TestResult, parameters: Int,
    sampleNoun: String, trainLoss: Double, seconds: Double, samplesPerSecond: Double
  ) {
    batchSize = settings.batchSize
    data = settings.data
    device = Device.current.name
    epochs = settings.epochs
    learningRate = settings.learningRate
    model = settings.model.name
    optimizer = settings.optimizer.rawValue
    self.parameters = parameters
    let memory = Device.current.memoryInUse
    (peakMemoryBytes, peakMemoryInUseBytes) = (memory.peak, memory.livePeak)
    self.run = run.directory
    self.samplesPerSecond = samplesPerSecond
    self.seconds = seconds
    seed = settings.seed
    steps = run.position.step
    self.test = test
    self.trainLoss = trainLoss
    self.sampleNoun = sampleNoun
  }

  /// The result for a person.
  var summary: String {
    let loss = test.lossMeasure
    let rows =
      (test.measures + [loss]).map { ("test \($0.label)", $0.text) } + [
        ("train \(loss.label)", formatDecimal(trainLoss, places: 4)),
        (
          "time",
          "\(formatDuration(seconds: seconds)), \(Int(samplesPerSecond).grouped) \(sampleNoun)/s"
        ),
        ("memory", "\(formatBytes(peakMemoryInUseBytes)) at most"),
        ("saved in", run),
      ]
    return labelled(rows)
  }
}
