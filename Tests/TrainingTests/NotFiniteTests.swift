import Layers
import Optimizers
import Tensors
import TestSupport
import Testing
import Training

@Suite struct NotFiniteTests {
  private let directory = TemporaryDirectory()

  @Test(
    "A loss that is not finite stops the run, says at which step, and keeps the checkpoint",
    arguments: devices, [Float.nan, .infinity])
  func loss(_ device: Device, _ value: Float) throws {
    var run = SmallRun(directory: directory["run"], device: device)
    run.interruptedAt = 6
    try run.train()
    let saved = try SmallRun.files(in: run.directory)
    run.resume = true
    run.interruptedAt = nil
    run.spoil = { loss, step in step == 9 ? loss * value : loss }
    do {
      try run.train()
      Issue.record("the run did not stop")
    } catch TrainingError.lossNotFinite(let name, let step, let found) {
      #expect(name == "train/loss")
      #expect(step == 9)
      #expect(found.bitPattern == value.bitPattern || found.isNaN && value.isNaN)
    }
    let files = try SmallRun.files(in: run.directory)
    #expect(files["model.safetensors"] == saved["model.safetensors"])
    #expect(files["training.safetensors"] == saved["training.safetensors"])
    let lines = try lines(of: run.directory + "/metrics.jsonl")
    #expect(lines.count == 9)
    #expect(lines.last?.hasPrefix("{\"step\":8,") == true)
  }

  @Test("A run that stopped over its loss goes on from the checkpoint before")
  func goesOn() throws {
    let whole = SmallRun(directory: directory["whole"], device: .cpu)
    try whole.train()
    var run = SmallRun(directory: directory["run"], device: .cpu)
    run.spoil = { loss, step in step == 9 ? loss * .nan : loss }
    #expect(throws: TrainingError.self) { try run.train() }
    run.resume = true
    run.spoil = { loss, _ in loss }
    try run.train()
    #expect(try SmallRun.files(in: run.directory) == SmallRun.files(in: whole.directory))
  }

  @Test("Weights that are not finite are not saved, though every loss was", arguments: devices)
  func weights(_ device: Device) throws {
    try withDevice(device, seed: 1) {
      let model = Linear(2, 2)
      let optimizer = SGD(model, learningRate: 0.1)
      let run = try Run(directory["run"], progress: .quiet)
      try run.save(model, optimizer)
      let saved = try SmallRun.files(in: run.directory)
      let weight = Tensor([1, .infinity, 2, 3], shape: [2, 2])
      try model.loadWeights(["weight": weight, "bias": .zeros([2])])
      #expect(throws: TrainingError.weightsNotFinite(name: "weight", step: 0)) {
        try run.save(model, optimizer)
      }
      #expect(try SmallRun.files(in: run.directory) == saved)
    }
  }

  @Test("A result of an epoch that is not finite is not saved either")
  func epochMetric() throws {
    try withDevice(.cpu, seed: 1) {
      let model = Linear(2, 2)
      let optimizer = SGD(model, learningRate: 0.1)
      let run = try Run(directory["run"], progress: .quiet)
      let error = #expect(throws: TrainingError.self) {
        try run.endEpoch(["test/loss": .infinity], saving: model, optimizer)
      }
      #expect(error == .lossNotFinite(name: "test/loss", step: 0, value: .infinity))
      #expect(entries(of: run.directory) == ["config.json", "metrics.jsonl"])
    }
  }
}
