import Datasets
import Layers
import Models
import Optimizers
import Tensors
import TestSupport
import Testing
import Training

/// A training whose loop carries the state of a recurrent network from step to step.
private struct RecurrentRun {
  static let text = Text.grammar(count: 500, seed: 5)
  static let vocabulary = Vocabulary(of: text.characters(.train))
  static let train = TextDataset(text, .train, vocabulary)
  static let epochs = 2

  let directory: String
  let device: Device
  var resume = false
  var interruptedAt: Int?

  /// Trains, and returns how far it came.
  @discardableResult
  func train() throws -> RunPosition {
    try withDevice(device, seed: 3) { () throws in
      let model = CharacterLSTM(
        symbols: Self.vocabulary.count, features: 4, units: 5, layers: 2)
      let optimizer = Adam(model, learningRate: 0.01)
      let interruption = Interruption()
      let run = try Run(
        directory, resume: resume, progress: .quiet, interruption: interruption)
      try run.restore(model, optimizer)
      for _ in run.epochs(Self.epochs) {
        if run.position.stepInEpoch == 0 { run.carried = [:] }
        for batch in run.progress(Self.train.batches(of: 4, steps: 25)) {
          let (loss, gradients) = valueAndGradient(of: model) {
            let (scores, next) = model(batch.inputs, state: state(run.carried))
            run.carried = ["h": next.hidden.stopGradient(), "c": next.cell.stopGradient()]
            return nextCharacterLoss(scores, batch.targets)
          }
          optimizer.update(gradients)
          run.log(["train/loss": loss])
          if run.position.step == interruptedAt { interruption.request() }
        }
        try run.endEpoch([:], saving: model, optimizer)
      }
      return run.position
    }
  }

  private func state(_ carried: [String: Tensor]) -> LSTMState? {
    guard let hidden = carried["h"], let cell = carried["c"] else { return nil }
    return LSTMState(hidden: hidden, cell: cell)
  }
}

@Suite struct CarriedStateTests {
  private let directory = TemporaryDirectory()

  @Test("A recurrent network resumed after any step goes on with its state", arguments: devices)
  func resumedEqualsUninterrupted(_ device: Device) throws {
    let whole = RecurrentRun(directory: directory["whole"], device: device)
    #expect(try whole.train().step == 10)
    let expected = try SmallRun.files(in: whole.directory)
    for step in [1, 3, 5, 6, 9] {
      var part = RecurrentRun(directory: directory["\(step)"], device: device)
      part.interruptedAt = step
      #expect(try part.train().step == step)
      part.resume = true
      part.interruptedAt = nil
      #expect(try part.train().step == 10)
      #expect(try SmallRun.files(in: part.directory) == expected, "interrupted after \(step)")
    }
  }
}
