import Needletail
import TestSupport
import Testing

/// Clipping, schedules and L-BFGS as PyTorch has them.
@Suite struct GoldenTrainingTests {
  private static let file = GoldenFamily.open("optimizers")

  @Test(arguments: devices)
  func clippingAgreesWithPyTorch(_ device: Device) throws {
    try withDevice(device, seed: 1) { () throws in
      let model = Pair()
      let golden = try (0..<2).map { try Self.file.tensor("clip/gradient\($0)") }
      let (_, gradients) = valueAndGradient(of: model) {
        (model.first.value * golden[0]).sum() + (model.second.value * golden[1]).sum()
      }
      let ways: [(String, Gradients)] = [
        ("value", gradients.clipped(toValue: 0.5)), ("norm", gradients.clipped(toNorm: 0.5)),
        ("global", gradients.clipped(toGlobalNorm: 0.5)),
        ("loose", gradients.clipped(toGlobalNorm: 100)),
      ]
      for (way, clipped) in ways {
        for (index, parameter) in [model.first, model.second].enumerated() {
          let gradient = try #require(clipped[parameter])
          try expectClose(
            gradient, try Self.file.tensor("clip/\(way)\(index)"), within: 1e-6,
            "\(way) \(index)")
        }
      }
      try expectClose(
        try #require(gradients.globalNorm), try Self.file.tensor("clip/global-norm"),
        within: 1e-6, "global norm")
    }
  }

  private static let schedules: [(String, LearningRate)] = [
    ("constant", 0.1),
    ("step", .step(from: 0.1, every: 15, factor: 0.3)),
    ("multi-step", .multiStep(from: 0.1, at: [5, 20, 21], factor: 0.5)),
    ("exponential", .exponential(from: 0.1, factor: 0.95)),
    ("cosine", .cosine(from: 0.1, to: 0.01, steps: 50)),
    ("cosine-restarts", .cosineRestarts(from: 0.1, to: 0.01, period: 7, growth: 2)),
    ("cosine-restarts-even", .cosineRestarts(from: 0.1, period: 10)),
    ("warm-up", .cosine(from: 0.1, to: 0.01, steps: 40).warmedUp(over: 10, from: 0.25)),
    ("one-cycle", .oneCycle(peak: 0.4, steps: 50)),
    (
      "one-cycle-short",
      .oneCycle(peak: 0.4, steps: 50, rise: 0.5, startDivisor: 10, endDivisor: 100)
    ),
  ]

  @Test(arguments: schedules)
  func schedulesAgreeWithPyTorch(_ name: String, _ schedule: LearningRate) throws {
    try withDevice(.cpu) { () throws in
      let expected = try Self.file.tensor("rate/\(name)")
      try expectClose(
        Tensor(schedule.table(steps: expected.count).rates), expected, within: 1e-6, "\(name)")
    }
  }

  @Test func plateausAgreeWithPyTorch() throws {
    let plateaus = [
      "default": ReduceOnPlateau(from: 0.1, patience: 3),
      "maximum": ReduceOnPlateau(
        from: 0.1, goal: .maximum, factor: 0.5, patience: 2, threshold: .absolute(0.1),
        cooldown: 3, minimumRate: 0.01),
    ]
    try withDevice(.cpu) { () throws in
      let metrics = try Self.file.tensor("plateau/metrics").scalars()
      for (name, plateau) in plateaus {
        let rates = metrics.map { metric in
          plateau.record(metric)
          return plateau.learningRate(at: 0)
        }
        try expectClose(
          Tensor(rates), try Self.file.tensor("plateau/\(name)"), within: 1e-6, "\(name)")
        #expect(Set(rates).count > 2, "\(name)")
      }
    }
  }

  private static let searches: [(String, @Sendable (Fit) -> LBFGS)] = [
    ("plain", { LBFGS($0, learningRate: 0.5, maxIterations: 4) }),
    ("short-history", { LBFGS($0, learningRate: 0.5, maxIterations: 4, historySize: 2) }),
    ("wolfe", { LBFGS($0, maxIterations: 4, lineSearch: .strongWolfe) }),
  ]

  @Test(arguments: devices)
  func lbfgsAgreesWithPyTorch(_ device: Device) throws {
    try withDevice(device, seed: 1) { () throws in
      for (name, make) in Self.searches {
        let model = Fit(try Self.file.tensor("lbfgs/start"))
        let optimizer = make(model)
        let inputs = try Self.file.tensor("lbfgs/inputs")
        let targets = try Self.file.tensor("lbfgs/targets")
        for step in 1...50 {
          try optimizer.step { valueAndGradient(of: model) { model.loss(inputs, targets) } }
          guard [1, 2, 50].contains(step) else { continue }
          for (part, parameter) in [("weight", model.weight), ("bias", model.bias)] {
            // The differences of nearby gradients that L-BFGS lives on have lost digits; where it
            // has converged, the loss is flat to the last bit within the root of that bit.
            try expectClose(
              parameter.value, try Self.file.tensor("lbfgs/\(name)/\(part)\(step)"),
              within: step == 50 ? 1e-3 : 1e-4, "\(name), \(part) after \(step)")
          }
        }
      }
    }
  }
}

private struct Pair: Layer {
  let first = Parameter(.zeros([4, 3]))
  let second = Parameter(.zeros([5]))
  func callAsFunction(_ input: Tensor) -> Tensor { input }
}

/// The least-squares fit of the goldens.
private struct Fit: Layer {
  let weight: Parameter
  let bias = Parameter(.zeros([2]))
  init(_ start: Tensor) { weight = Parameter(start) }
  func callAsFunction(_ input: Tensor) -> Tensor {
    (matmul(input, weight.value) + bias.value).tanh()
  }
  func loss(_ inputs: Tensor, _ targets: Tensor) -> Tensor {
    mseLoss(self(inputs), targets) + (weight.value * weight.value).sum() * 0.01
  }
}
