import Needletail
import TestSupport
import Testing

/// Layers whose weights PyTorch named, and what it computed with them.
@Suite struct GoldenModuleTests {
  /// A layer of the goldens and how it is applied to the inputs there.
  struct Module: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable ([Tensor]) -> (layer: any Layer, apply: () -> Tensor)

    /// A layer that is applied to its inputs in a way of its own.
    init<Made: Layer>(
      _ name: String, _ make: @escaping @Sendable () -> Made,
      apply: @escaping @Sendable (Made, [Tensor]) -> Tensor = { $0($1[0]) }
    ) {
      testDescription = name
      run = { inputs in
        let layer = make()
        return (layer, { apply(layer, inputs) })
      }
    }
  }

  static let modules = [
    Module("embedding") { Embedding(6, 3) },
    Module("embedding-padding") { Embedding(6, 3, paddingIndex: 5) },
    Module("bilinear", { Bilinear(3, 4, 5) }, apply: { $0($1[0], $1[1]) }),
    Module("bilinear-deep", { Bilinear(3, 2, 2, bias: false) }, apply: { $0($1[0], $1[1]) }),
    Module("radial-basis") { RadialBasis(2, 3, centers: 5, width: 0.8) },
    Module("attention") { MultiheadAttention(6, heads: 2) },
    Module("attention-no-bias") { MultiheadAttention(6, heads: 3, bias: false) },
    Module(
      "attention-causal", { MultiheadAttention(8, heads: 4) },
      apply: { $0($1[0], isCausal: true) }),
    Module(
      "attention-padding", { MultiheadAttention(6, heads: 2) },
      apply: { $0($1[0], keyMask: $1[1].cast(to: .float32)) }),
    Module(
      "attention-cross", { MultiheadAttention(6, heads: 2) },
      apply: { layer, x in
        layer(query: x[0], key: x[1], value: x[2], keyMask: x[3].cast(to: .float32))
      }),
  ]

  @Test(arguments: devices, modules)
  func layersAgreeWithPyTorch(_ device: Device, _ module: Module) throws {
    try withDevice(device, seed: 1) { () throws in
      let file = GoldenFamily.open("modules")
      let name = module.testDescription
      func tensor(_ part: String) throws -> Tensor { try file.tensor("\(name)/\(part)") }
      let count = file.names.count { $0.hasPrefix("\(name)/input") }
      let (layer, apply) = module.run(try (0..<count).map { try tensor("input\($0)") })
      try layer.loadWeights(state(of: name, in: file))
      try expectClose(apply(), try tensor("output"), "output")
      let upstream = try tensor("upstream")
      try expectGradients(of: layer, like: tensor) { (apply() * upstream).sum() }
    }
  }

  private func state(of module: String, in file: SafetensorsFile) throws -> [String: Tensor] {
    let prefix = "\(module)/state/"
    let names = file.names.filter { $0.hasPrefix(prefix) }
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        (String($0.dropFirst(prefix.count)), try file.tensor($0))
      })
  }

  private func expectGradients(
    of layer: some Layer, like tensor: (String) throws -> Tensor, _ loss: () -> Tensor
  ) throws {
    let (_, gradients) = valueAndGradient(of: layer, loss)
    for (name, parameter) in layer.namedParameters {
      try expectClose(
        try #require(gradients[parameter]), try tensor("gradient/\(name)"), "gradient by \(name)")
    }
  }
}
