import Layers
import Optimizers
import Tensors
import TestSupport
import Testing
import Training

/// What others hold of a recorded step's tensors stays as it was.
@Suite struct ValueSemanticsTests {
  private static func makeStep() -> (model: VariedNetwork, step: RecordedStep) {
    let model = VariedNetwork()
    let step = RecordedStep(model, Adam(model, learningRate: 0.01)) { images, labels in
      crossEntropy(model(images), labels)
    }
    return (model, step)
  }

  @Test(arguments: devices)
  func snapshotsOfParametersAndBuffersStay(device: Device) throws {
    try withDevice(device, seed: 1) {
      let (model, step) = Self.makeStep()
      var snapshots: [(tensors: [Tensor], bits: [[UInt32]])] = []
      for number in 0..<12 {
        let batch = batch(number)
        step(batch.images, batch.labels)
        // One that is read at once, and one that is held without being read.
        if number.isMultiple(of: 4) {
          let tensors = model.weights.map(\.tensor)
          snapshots.append((tensors, try tensors.map(bits)))
        }
      }
      #expect(isRepeated(step, on: device), "\(step.state)")
      for snapshot in snapshots { #expect(try snapshot.tensors.map(bits) == snapshot.bits) }
      #expect(snapshots[0].bits != snapshots[1].bits)
    }
  }

  @Test(arguments: devices)
  func whatWaitsAndReadsAParameterSeesItsOldNumbers(device: Device) throws {
    try withDevice(device, seed: 1) {
      let (model, step) = Self.makeStep()
      var (doubled, expected) = ([Tensor](), [[Float]]())
      for number in 0..<8 {
        let batch = batch(number)
        doubled.append(model.last.weight.value * 2)
        expected.append(try (model.last.weight.value + 0).scalars().map { $0 * 2 })
        step(batch.images, batch.labels)
      }
      #expect(isRepeated(step, on: device), "\(step.state)")
      #expect(try doubled.map { try $0.scalars() } == expected)
    }
  }

  @Test(arguments: devices)
  func resultsStayWhenTheStepIsRepeated(device: Device) throws {
    try withDevice(device, seed: 1) {
      let (_, step) = Self.makeStep()
      var (losses, numbers) = ([Tensor](), [Float]())
      for number in 0..<10 {
        let batch = batch(number)
        let loss = step(batch.images, batch.labels)
        losses.append(loss)
        if number.isMultiple(of: 2) { numbers.append(try loss.item()) }
      }
      let late = try losses.map { try $0.item() }
      #expect(stride(from: 0, to: 10, by: 2).map { late[$0] } == numbers)
      #expect(Set(late).count == 10)
    }
  }

  @Test(arguments: devices)
  func loadedWeightsAreTrained(device: Device) throws {
    func train(recorded: Bool) throws -> TrainingResult {
      try withDevice(device, seed: 1) {
        let model = VariedNetwork()
        let optimizer = Adam(model, learningRate: 0.01)
        let loss = { crossEntropy(model($0), $1) }
        let step = RecordedStep(model, optimizer, loss: loss)
        let plain = plainStep(model, optimizer, loss: loss)
        let start = Dictionary(uniqueKeysWithValues: model.weights.map { ($0.name, $0.tensor) })
        var losses: [Tensor] = []
        for number in 0..<12 {
          if number == 6 { try model.loadWeights(start) }
          if number == 8 { model.last.bias?.value = Tensor([1, 2, 3]) }
          let batch = batch(number)
          losses.append(
            recorded ? step(batch.images, batch.labels) : plain(batch.images, batch.labels))
        }
        if recorded { #expect(isRepeated(step, on: device), "\(step.state)") }
        return try TrainingResult(losses: losses, model, optimizer)
      }
    }
    #expect(try train(recorded: true) == train(recorded: false))
  }

  /// A generator and a discriminator, each trained by a step that also uses the other.
  @Test(arguments: devices)
  func twoStepsOfSharedWeightsTakeTurns(device: Device) throws {
    func train(recorded: Bool) throws -> [TrainingResult] {
      try withDevice(device, seed: 1) {
        let generator = Sequential {
          Linear(4, 16)
          BatchNorm(16)
          ReLU()
          Linear(16, 6)
        }
        let discriminator = Sequential {
          Linear(6, 16)
          ReLU()
          Linear(16, 1)
        }
        let optimizers = [Adam(discriminator), Adam(generator)]
        let judging = { (noise: Tensor, real: Tensor) in
          (discriminator(generator(noise)) - discriminator(real)).mean()
        }
        let making = { (noise: Tensor, _: Tensor) in -discriminator(generator(noise)).mean() }
        let steps = [
          RecordedStep(discriminator, optimizers[0], loss: judging),
          RecordedStep(generator, optimizers[1], loss: making),
        ]
        let plain = [
          plainStep(discriminator, optimizers[0], loss: judging),
          plainStep(generator, optimizers[1], loss: making),
        ]
        var losses: [Tensor] = []
        for _ in 0..<9 {
          let (noise, real) = (Tensor.normal([5, 4]), Tensor.uniform([5, 6]))
          for turn in 0..<2 {
            losses.append(recorded ? steps[turn](noise, real) : plain[turn](noise, real))
          }
        }
        if recorded {
          for step in steps { #expect(isRepeated(step, on: device), "\(step.state)") }
        }
        return [
          try TrainingResult(losses: losses, discriminator, optimizers[0]),
          try TrainingResult(losses: [], generator, optimizers[1]),
        ]
      }
    }
    #expect(try train(recorded: true) == train(recorded: false))
  }
}
