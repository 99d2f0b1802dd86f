import BackendOpenCL
import Backends
import Testing

@Suite struct OptimizerUpdateTests {
  private static let rules: [UpdateRule] = [
    .sgd(SGDStep(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true)),
    .adam(
      AdamStep(
        learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1,
        decouplesWeightDecay: true, amsgrad: true, step: 3)),
    .lion(LionStep(learningRate: 0.01, beta1: 0.9, beta2: 0.99, weightDecay: 0.1)),
    .lamb(
      LAMBStep(
        learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.1, step: 2)),
  ]

  /// More than fit into one launch, of all sizes around those of work-groups.
  private static let counts =
    [1, 0, 3, 1023, 1024, 1025, 4095, 4096, 4097, 10_000] + (1...60).map { 37 * $0 }

  private static func updates(
    _ rule: UpdateRule, on backend: OpenCLBackend
  ) throws -> [ParameterUpdate] {
    try counts.enumerated().map { number, count in
      func array(_ part: Int) throws -> StridedArray {
        let values = numbers(count, seed: UInt64(10 * number + part)).map { $0 + 1.5 }
        return try backend.array(values, [count])
      }
      return ParameterUpdate(
        try array(0), gradient: try array(1),
        state: try rule.stateNames.indices.map { try array(2 + $0) })
    }
  }

  private static func bits(
    _ updates: [ParameterUpdate], on backend: OpenCLBackend
  ) throws -> [[UInt32]] {
    try updates.flatMap(\.arrays).map { try backend.elements($0).map(\.bitPattern) }
  }

  @Test(arguments: Fixture.backends.indices, rules.indices)
  func manyParametersGetTheBitsOfEachByItself(backend: Int, rule: Int) throws {
    let (backend, rule) = (Fixture.backends[backend], Self.rules[rule])
    let together = try Self.updates(rule, on: backend)
    try backend.update(together, by: rule)
    let single = try Self.updates(rule, on: backend)
    for update in single { try backend.update([update], by: rule) }
    let before = try Self.updates(rule, on: backend)
    let result = try Self.bits(together, on: backend)
    #expect(result == (try Self.bits(single, on: backend)))
    #expect(result != (try Self.bits(before, on: backend)))
  }

  @Test(arguments: [KernelStyle.cpu, .gpu])
  func aLaunchUpdatesAsManyParametersAsItsArgumentsName(style: KernelStyle) throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: style)
    let updates = try Self.updates(Self.rules[0], on: backend).prefix(16)
    let before = backend.launchCount
    try backend.update(Array(updates), by: Self.rules[0])
    #expect(backend.launchCount == before + 1)
  }

  @Test func gradientsThatReadTheParameterAreTakenBeforeItChanges() throws {
    let backend = Fixture.backends[0]
    let rule = UpdateRule.sgd(
      SGDStep(learningRate: 0.5, momentum: 0, weightDecay: 0, nesterov: false))
    let minus = PointwiseExpression(.float32) { -$0.input(0) }
    let (a, b) = (numbers(100, seed: 1), numbers(100, seed: 2))
    let arrays = [try backend.array(a, [100]), try backend.array(b, [100])]
    let gradients = try arrays.map { array in
      let result = try backend.temporary([100])
      try backend.pointwise(minus, scalars: [], [array], to: result)
      return result
    }
    // Each by the gradient of the other.
    try backend.update(
      [
        ParameterUpdate(arrays[0], gradient: gradients[1], state: []),
        ParameterUpdate(arrays[1], gradient: gradients[0], state: []),
      ], by: rule)
    #expect(try backend.elements(arrays[0]) == zip(a, b).map { $0 - 0.5 * -$1 })
    #expect(try backend.elements(arrays[1]) == zip(a, b).map { $1 - 0.5 * -$0 })
  }
}
