import FoundationEssentials
import Needletail
import Testing

/// Every device present.
let devices: [Device] = {
  do { return try Device.all } catch { fatalError("the devices cannot be listed: \(error)") }
}()

/// The files that `Goldens/make-goldens.py` made.
private enum Goldens {
  static let operations = open("operations")
  static let optimizers = open("optimizers")
  static let cases = operations.metadata.sorted { $0.key < $1.key }.map(GoldenCase.init)

  private static func open(_ name: String) -> SafetensorsFile {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    do {
      return try SafetensorsFile(folder.appending(path: "Goldens/\(name).safetensors").path)
    } catch { fatalError("\(error)") }
  }
}

/// Operations, losses and optimizers against PyTorch, on every device.
@Suite struct GoldenTests {
  /// Float32 against float64: rounding of the operations themselves, relative to the largest
  /// element, since sums cancel.
  private static let tolerance: Float = 1e-5

  @Test(arguments: devices, Goldens.cases)
  func operationsAgreeWithPyTorch(_ device: Device, _ golden: GoldenCase) throws {
    try withDevice(device, seed: 1) { () throws in
      let file = Goldens.operations
      func tensor(_ part: String) throws -> Tensor { try file.tensor("\(golden.name)/\(part)") }
      let count = file.names.count { $0.hasPrefix("\(golden.name)/input") }
      let inputs = try (0..<count).map { try tensor("input\($0)") }
      let output = try #require(golden.apply(inputs), "unknown operation \(golden.operation)")
      try expectClose(output, try tensor("output"), "output")
      guard file.names.contains("\(golden.name)/upstream") else { return }
      let upstream = try tensor("upstream")
      let varied = inputs.indices.filter { inputs[$0].dtype == .float32 }
      let (_, gradients) = differentiate(at: varied.map { inputs[$0] }) { leaves in
        var arguments = inputs
        for (leaf, number) in zip(leaves, varied) { arguments[number] = leaf }
        return ((golden.apply(arguments) ?? upstream) * upstream).sum()
      }
      for (gradient, number) in zip(gradients, varied) {
        try expectClose(
          try #require(gradient), try tensor("gradient\(number)"), "gradient \(number)")
      }
    }
  }

  @Test(arguments: devices)
  func optimizersAgreeWithPyTorchOverFiftySteps(_ device: Device) throws {
    try withDevice(device, seed: 1) { () throws in
      let start = try Goldens.optimizers.tensor("start")
      let gradients = try Goldens.optimizers.tensor("gradients")
      for (name, make) in OptimizerRun.all {
        let model = OptimizerRun.Model(start)
        let optimizer = make(model)
        for step in 0..<gradients.shape[0] {
          // A loss whose gradient by the parameter is the golden one.
          let (_, found) = valueAndGradient(of: model) {
            (model.value.value * gradients[step]).sum()
          }
          optimizer.update(found)
        }
        try expectClose(model.value.value, try Goldens.optimizers.tensor(name), "\(name)")
      }
    }
  }

  private func expectClose(_ actual: Tensor, _ expected: Tensor, _ what: Comment) throws {
    #expect(actual.shape == expected.shape, what)
    guard expected.dtype == .float32 else {
      #expect(try actual.integers() == expected.integers(), what)
      return
    }
    let (x, y) = (try actual.scalars(), try expected.scalars())
    let scale = y.lazy.map(\.magnitude).max() ?? 0
    let worst = zip(x, y).lazy.map { ($0 - $1).magnitude }.max() ?? 0
    #expect(worst <= Self.tolerance * max(scale, 1e-3), what)
  }
}

/// The optimizers of the goldens, with the numbers PyTorch was given.
private enum OptimizerRun {
  struct Model: Layer {
    let value: Parameter
    init(_ start: Tensor) { value = Parameter(start) }
    func callAsFunction(_ input: Tensor) -> Tensor { input * value.value }
  }

  static let all: [(String, @Sendable (Model) -> any Optimizer)] = [
    ("sgd", { SGD($0, learningRate: 0.05) }),
    ("sgd-momentum", { SGD($0, learningRate: 0.05, momentum: 0.9) }),
    ("sgd-decay", { SGD($0, learningRate: 0.05, momentum: 0.9, weightDecay: 0.01) }),
    (
      "sgd-nesterov",
      { SGD($0, learningRate: 0.05, momentum: 0.9, weightDecay: 0.01, nesterov: true) }
    ),
    ("adam", { Adam($0) }),
    ("adam-decay", { Adam($0, learningRate: 0.01, weightDecay: 0.05) }),
    ("adamw", { AdamW($0) }),
    ("adamw-decay", { AdamW($0, learningRate: 0.01, weightDecay: 0.1) }),
  ]
}
