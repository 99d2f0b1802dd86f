import Layers
import Models
import Optimizers
import Tensors
import TestSupport
import Testing
import Training

/// A repeated step leaves the bits that the program would leave.
@Suite struct SameBitsTests {
  private static let steps = 9

  /// Trains recorded and not, on the device and with the same seed.
  private static func compare(
    on device: Device, batchSizes: [Int] = [8], steps: Int = steps,
    precision: (_ step: Int) -> MatrixPrecision = { _ in .float32 },
    optimizer makeOptimizer: (VariedNetwork) -> any Optimizer,
    gradients: @escaping (Gradients) -> Gradients = { $0 }
  ) throws {
    func train(recorded: Bool) throws -> TrainingResult {
      try withDevice(device, seed: 5) {
        let model = VariedNetwork()
        let optimizer = makeOptimizer(model)
        let loss = { crossEntropy(model($0), $1) }
        let step = RecordedStep(model, optimizer, gradients: gradients, loss: loss)
        let plain = plainStep(model, optimizer, gradients: gradients, loss: loss)
        var losses: [Tensor] = []
        for number in 0..<steps {
          let batch = batch(number, count: batchSizes[number % batchSizes.count])
          withDevice(device, precision: precision(number)) {
            losses.append(
              recorded ? step(batch.images, batch.labels) : plain(batch.images, batch.labels))
          }
        }
        if recorded {
          #expect(isRepeated(step, on: device), "\(step.state)")
        }
        return try TrainingResult(losses: losses, model, optimizer)
      }
    }
    let (expected, found) = (try train(recorded: false), try train(recorded: true))
    #expect(found.losses == expected.losses)
    #expect(found.weights == expected.weights)
    #expect(found.state == expected.state)
  }

  @Test(arguments: devices)
  func withASchedule(device: Device) throws {
    try Self.compare(
      on: device,
      optimizer: {
        AdamW(
          $0, learningRate: .cosine(from: 1e-2, steps: 20, warmup: 3),
          groups: [.undecayedVectors])
      })
  }

  @Test(arguments: devices)
  func withClippedGradients(device: Device) throws {
    try Self.compare(
      on: device, optimizer: { SGD($0, learningRate: 0.1, momentum: 0.9) },
      gradients: { $0.clipped(toGlobalNorm: 0.5) })
  }

  @Test(arguments: devices)
  func withEveryOptimizer(device: Device) throws {
    for kind in OptimizerKind.allCases {
      try Self.compare(on: device, optimizer: { kind.make(for: $0) })
    }
  }

  @Test(arguments: devices)
  func withASmallerBatchInBetween(device: Device) throws {
    try Self.compare(
      on: device, batchSizes: [8, 8, 5], steps: 18,
      optimizer: { Adam($0, learningRate: 1e-2) })
  }

  @Test(arguments: devices.filter { $0 != .cpu })
  func inPrecisionsThatTakeTurns(device: Device) throws {
    let device = try Device.open(device.details, kernels: .gpu, emulatesMatrixUnits: true)
    #expect(device.offers(.bf16))
    try Self.compare(
      on: device, batchSizes: [32], steps: 18, precision: { $0 % 2 == 0 ? .bf16 : .float32 },
      optimizer: { Adam($0, learningRate: 1e-2) })
  }

  @Test(arguments: devices)
  func ofARecurrentNetworkThatHandsItsStateOn(device: Device) throws {
    func train(recorded: Bool) throws -> TrainingResult {
      try withDevice(device, seed: 3) {
        let model = CharacterLSTM(symbols: 7, features: 6, units: 8)
        let optimizer = Adam(model)
        let results = { (inputs: [Tensor]) -> [Tensor] in
          let state = LSTMState(hidden: inputs[2], cell: inputs[3])
          let (scores, next) = model(inputs[0], state: state)
          return [nextCharacterLoss(scores, inputs[1]), next.hidden, next.cell]
        }
        let clipped = { (gradients: Gradients) in gradients.clipped(toGlobalNorm: 0.1) }
        let step = RecordedStep(model, optimizer, gradients: clipped, results: results)
        var state = [Tensor.zeros([2, 2, 8]), Tensor.zeros([2, 2, 8])]
        var losses: [Tensor] = []
        for number in 0..<Self.steps {
          let text = (0..<10).map { Int32(($0 * 3 + number) % 7) }
          let inputs = [
            Tensor(text, shape: [5, 2]), Tensor(text.map { ($0 + 3) % 7 }, shape: [5, 2]),
          ]
          var found: [Tensor] = []
          if recorded {
            found = step.results(of: inputs + state)
          } else {
            let (_, gradients) = valueAndGradient(of: model) {
              found = results(inputs + state)
              return found[0]
            }
            optimizer.update(clipped(gradients))
          }
          losses.append(found[0].stopGradient())
          state = found.dropFirst().map { $0.stopGradient() }
        }
        if recorded { #expect(isRepeated(step, on: device), "\(step.state)") }
        return try TrainingResult(losses: losses + state, model, optimizer)
      }
    }
    #expect(try train(recorded: true) == train(recorded: false))
  }
}

/// Whether the last call repeated what was recorded, on a device that can record.
func isRepeated(_ step: RecordedStep, on device: Device) -> Bool {
  step.state == .repeating || device == .cpu
}
