import Needletail
import TestSupport
import Testing

/// What memory held before it was given out again must not matter.
@Suite struct UsedMemoryTests {
  /// Fills the pool with memory of all sizes that small networks ask for, all NaN.
  private static func poison() throws {
    // As many classes to an octave as the pool has, from 256 bytes to 4 MiB.
    for octave in 6..<20 {
      for eighth in 8..<16 {
        let numbers = [Float](repeating: .nan, count: eighth << (octave - 3))
        // Held at once, so that each has memory of its own.
        let tensors = (0..<4).map { _ in Tensor(numbers) }
        for tensor in tensors { #expect(try tensor.sum().scalars()[0].isNaN) }
      }
    }
  }

  /// The bits of all parameters after some steps.
  private static func bits<Model: Layer>(
    of model: Model, poisoned: Bool, _ loss: (Model) -> Tensor
  ) throws -> [[UInt32]] {
    if poisoned { try poison() }
    let optimizer = Adam(model)
    for _ in 0..<2 {
      let (_, gradients) = valueAndGradient(of: model) { loss(model) }
      optimizer.update(gradients.clipped(toGlobalNorm: 1))
    }
    return try model.namedParameters.map { try $0.parameter.value.scalars().map(\.bitPattern) }
  }

  @Test(arguments: devices) func stepsOfLeNet(_ device: Device) throws {
    let labels = Tensor((0..<4).map { Int32($0) }, device: device)
    let results = try [false, true].map { poisoned in
      try withDevice(device, seed: 1) {
        let images = Tensor.normal([4, 1, 28, 28])
        return try Self.bits(of: LeNet(), poisoned: poisoned) { crossEntropy($0(images), labels) }
      }
    }
    #expect(results[0] == results[1])
  }

  @Test(arguments: devices) func stepsOfAnLSTM(_ device: Device) throws {
    let text = (0..<32).map { Int32($0 * 7 % 12) }
    let results = try [false, true].map { poisoned in
      try withDevice(device, seed: 1) {
        let (input, targets) = (Tensor(text, shape: [8, 4]), Tensor(text))
        return try Self.bits(of: CharacterLSTM(symbols: 12), poisoned: poisoned) {
          crossEntropy($0(input).reshaped([32, 12]), targets)
        }
      }
    }
    #expect(results[0] == results[1])
  }
}
