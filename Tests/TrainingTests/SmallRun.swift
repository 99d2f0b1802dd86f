import Datasets
import Layers
import Optimizers
import Tensors
import Testing
import Training

/// A network with running statistics and dropout, small enough to be trained often.
struct SmallNetwork: Layer {
  let layers = Sequential {
    Flatten()
    Linear(16, 8)
    BatchNorm(8)
    ReLU()
    Dropout(0.3)
    Linear(8, 3)
  }

  func callAsFunction(_ images: Tensor) -> Tensor { layers(images) }
}

/// A training of a small network, which tests interrupt and resume.
struct SmallRun {
  static let stepsPerEpoch = 5
  static let epochs = 3

  /// 37 images, so that the last batch is smaller.
  static let dataset: Dataset = {
    let labels = (0..<37).map { UInt8($0 % 3) }
    let pixels = (0..<37 * 16).map { UInt8(truncatingIfNeeded: $0 &* 97 ^ $0 >> 3) }
    return Dataset(
      name: "small", pixels: pixels, labels: labels, imageShape: [1, 4, 4],
      classNames: ["a", "b", "c"])
  }()

  let directory: String
  let device: Device
  var seed: UInt64 = 11
  var resume = false
  var learningRate: Float = 0.01
  var model = "small"
  /// What to do to the loss of a step.
  var spoil: (_ loss: Tensor, _ step: Int) -> Tensor = { loss, _ in loss }
  /// Where to ask the run to stop.
  var interruptedAt: Int?

  /// Trains, and returns how far it came.
  @discardableResult
  func train() throws -> RunPosition {
    try withDevice(device, seed: seed) {
      let model = SmallNetwork()
      let optimizer = Adam(model, learningRate: .constant(learningRate))
      let interruption = Interruption()
      let run = try Run(
        directory, resume: resume,
        configuration: RunConfiguration(model: self.model, epochs: SmallRun.epochs),
        progress: .quiet, interruption: interruption)
      try run.restore(model, optimizer)
      for epoch in run.epochs(SmallRun.epochs) {
        for batch in run.progress(SmallRun.dataset.batches(of: 8, shuffledBy: epoch)) {
          let (loss, gradients) = valueAndGradient(of: model) {
            crossEntropy(model(batch.images), batch.labels)
          }
          optimizer.update(gradients)
          run.log(["train/loss": spoil(loss, run.position.step)])
          if run.position.step == interruptedAt { interruption.request() }
        }
        let result = { try evaluate(model, on: SmallRun.dataset, batchSize: 8) }
        try run.endEpoch(metrics(result()), saving: model, optimizer)
      }
      return run.position
    }
  }

  private func metrics(_ evaluation: Evaluation) -> [String: Float] {
    ["test/loss": evaluation.loss, "test/accuracy": evaluation.accuracy]
  }

  /// The bytes of the files a run leaves.
  static func files(in directory: String) throws -> [String: [UInt8]] {
    #expect(
      entries(of: directory)
        == ["config.json", "metrics.jsonl", "model.safetensors", "training.safetensors"])
    var files: [String: [UInt8]] = [:]
    for name in entries(of: directory) ?? [] {
      files[name] = try contents(of: directory + "/" + name)
    }
    return files
  }
}
