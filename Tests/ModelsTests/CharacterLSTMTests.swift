import Glibc
import Layers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct CharacterLSTMTests {
  private static func small() -> CharacterLSTM {
    CharacterLSTM(symbols: 5, features: 3, units: 4, layers: 2)
  }

  @Test(arguments: devices)
  func `the network has PyTorch's names and layouts`(_ device: Device) {
    on(device) {
      let model = CharacterLSTM()
      let expected: [(String, Shape)] = [
        ("embedding.weight", [96, 64]),
        ("lstm.weight_ih_l0", [1024, 64]), ("lstm.weight_hh_l0", [1024, 256]),
        ("lstm.bias_ih_l0", [1024]), ("lstm.bias_hh_l0", [1024]),
        ("lstm.weight_ih_l1", [1024, 256]), ("lstm.weight_hh_l1", [1024, 256]),
        ("lstm.bias_ih_l1", [1024]), ("lstm.bias_hh_l1", [1024]),
        ("output.weight", [96, 256]), ("output.bias", [96]),
      ]
      #expect(model.namedParameters.map(\.name) == expected.map(\.0))
      #expect(model.namedParameters.map(\.parameter.shape) == expected.map(\.1))
      #expect(model.parameterCount == 886_880)
      #expect(model(Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: [3, 2])).shape == [3, 2, 96])
    }
  }

  @Test(arguments: devices)
  func `the state carries a text from piece to piece`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Self.small()
      let symbols = Tensor((0..<14).map { Int32($0 * $0 % 5) }, shape: [7, 2])
      let whole = try model(symbols).scalars()
      let (start, state) = model(symbols.slice(0..<3), state: nil)
      let (end, _) = model(symbols.slice(3..<7), state: state)
      let parts = try start.scalars() + end.scalars()
      for (x, y) in zip(parts, whole) { #expect(abs(x - y) < 1e-6) }
    }
  }

  @Test(arguments: devices)
  func `the loss of scores that are all equal is the logarithm of their number`(
    _ device: Device
  ) throws {
    try on(device) { () throws in
      let targets = Tensor([0, 1, 2, 3, 4, 0] as [Int32], shape: [3, 2])
      let scores = Tensor.zeros([3, 2, 5])
      #expect(try abs(nextCharacterLoss(scores, targets).item() - log(5)) < 1e-6)
      #expect(
        try abs(nextCharacterLoss(scores, targets, reduction: .sum).item() - 6 * log(5)) < 1e-5)
    }
  }

  @Test func `what is written depends on the seed alone, on every device`() throws {
    func written(_ device: Device, seed: UInt64) throws -> [Int32] {
      try withDevice(device, seed: seed) { try Self.small().sample(50, after: 0).integers() }
    }
    let text = try written(.cpu, seed: 1)
    #expect(text.count == 50)
    #expect(Set(text).count == 5 && text.allSatisfy { (0..<5).contains($0) })
    for device in devices { #expect(try written(device, seed: 1) == text) }
    #expect(try written(.cpu, seed: 2) != text)
  }

  /// Biases of ln p make the probabilities p, whatever was written before.
  @Test(arguments: devices)
  func `symbols are drawn by their probabilities`(_ device: Device) throws {
    try on(device) { () throws in
      let model = CharacterLSTM(symbols: 3, features: 1, units: 1, layers: 1)
      let probabilities: [Float] = [0.7, 0.25, 0.05]
      model.output.weight.value = .zeros([3, 1])
      model.output.bias!.value = Tensor(probabilities.map { log($0) })
      let text = try model.sample(1000, after: 1).integers()
      for (symbol, probability) in probabilities.enumerated() {
        let part = Float(text.count { $0 == Int32(symbol) }) / 1000
        #expect(abs(part - probability) < 0.05, "\(symbol)")
      }
    }
  }

  @Test func `nothing can be written of no length, and shapes must fit`() async {
    await #expect(processExitsWith: .failure) {
      withDevice(.cpu) { _ = CharacterLSTM(symbols: 2).sample(0, after: 0) }
    }
    await #expect(processExitsWith: .failure) {
      withDevice(.cpu) {
        _ = nextCharacterLoss(.zeros([3, 2, 5]), Tensor([0, 1, 2] as [Int32]))
      }
    }
  }
}
