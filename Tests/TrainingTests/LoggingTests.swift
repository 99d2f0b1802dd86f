import Datasets
import Layers
import Optimizers
import Tensors
import TestSupport
import Testing
import Training

@Suite struct LoggingTests {
  private let directory = TemporaryDirectory()

  @Test("Many steps are logged in order, several numbers of one in one line", arguments: devices)
  func manySteps(_ device: Device) throws {
    try withDevice(device, seed: 1) {
      let model = Linear(1, 1)
      let optimizer = SGD(model, learningRate: 0.1)
      let run = try Run(directory["run"], progress: .quiet)
      let dataset = SmallRun.dataset
      // 200 steps, more than three blocks.
      for _ in run.epochs(200) {
        for batch in run.progress(dataset.batches(of: 37)) {
          #expect(batch.count == 37)
          run.log(["b": Tensor(Float(run.position.step) / 10)])
          run.log(["a": Tensor([Float(1e-30)])])
        }
        try run.endEpoch([:], saving: model, optimizer)
      }
      let steps = try lines(of: run.directory + "/metrics.jsonl").filter { $0.contains("\"a\"") }
      #expect(steps.count == 200)
      #expect(steps[0] == #"{"step":1,"epoch":1,"a":1e-30,"b":0.1}"#)
      #expect(steps[122] == #"{"step":123,"epoch":123,"a":1e-30,"b":12.3}"#)
      #expect(run.epochMeans == ["a": 1e-30, "b": 20])
    }
  }

  @Test("A loss that is not finite is noticed while the epoch goes on", arguments: devices)
  func noticedEarly(_ device: Device) throws {
    try withDevice(device, seed: 1) {
      let model = Linear(1, 1)
      let optimizer = SGD(model, learningRate: 0.1)
      let dataset = Dataset(
        name: "dots", pixels: Array(repeating: 0, count: 300),
        labels: Array(repeating: 0, count: 300), imageShape: [1, 1, 1], classNames: ["dot"])
      let run = try Run(directory["run"], progress: .quiet)
      for _ in run.epochs(1) {
        for _ in run.progress(dataset.batches(of: 1)) {
          run.log(["loss": Tensor(run.position.step == 3 ? .nan : 1)])
        }
        // The block of steps 1 to 64 is read while that of steps 65 to 128 is filled.
        #expect(run.position.step <= 129)
        let error = #expect(throws: TrainingError.self) {
          try run.endEpoch([:], saving: model, optimizer)
        }
        #expect(error?.description.hasPrefix("loss became nan at step 3;") == true)
      }
    }
  }

  @Test("Only one float32 number can be logged")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      try withDevice(.cpu, seed: 1) {
        try Run(TemporaryDirectory()["run"]).log(["x": Tensor([1, 2])])
      }
    }
  }

  @Test("An epoch that is not ended, and a resumption without restoring, are misuse")
  func loopMisuse() async {
    await #expect(processExitsWith: .failure) {
      let directory = TemporaryDirectory()
      try withDevice(.cpu, seed: 1) {
        for _ in try Run(directory["run"], progress: .quiet).epochs(2) {}
      }
    }
    await #expect(processExitsWith: .failure) {
      let directory = TemporaryDirectory()
      try withDevice(.cpu, seed: 1) {
        _ = try Run(directory["run"], progress: .quiet)
        _ = try Run(directory["run"], resume: true, progress: .quiet).epochs(2)
      }
    }
  }
}
