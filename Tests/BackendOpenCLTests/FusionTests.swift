import BackendOpenCL
import Backends
import OpenCL
import Testing

/// What deferring pointwise operations must not change, and what it must save.
@Suite struct FusionTests {
  private static let twice = PointwiseExpression(.float32) { $0.input(0) + $0.input(0) }
  private static let sum = PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) }
  private static let exponential = PointwiseExpression(.float32) { $0.input(0).applying(.exp) }
  private static let tangent = PointwiseExpression(.float32) { $0.input(0).applying(.tanh) }
  private static let minus = PointwiseExpression(.float32) { -$0.input(0) }

  private static func apply(
    _ expression: PointwiseExpression, _ inputs: StridedArray..., on backend: OpenCLBackend
  ) throws -> StridedArray {
    let result = try backend.temporary(inputs[0].shape)
    try backend.pointwise(expression, scalars: [], inputs, to: result)
    return result
  }

  @Test(arguments: Fixture.backends.indices, 0..<12)
  func chainsHaveTheBitsOfTheirSteps(backend: Int, seed: Int) throws {
    let backend = Fixture.backends[backend]
    let fused = try RandomChain.bits(seed: UInt64(seed), on: backend)
    let single = try PointwiseFusion.$isOn.withValue(false) {
      try RandomChain.bits(seed: UInt64(seed), on: backend)
    }
    #expect(fused == single)
  }

  @Test(arguments: Fixture.backends.indices)
  func aChainIsOneLaunch(backend: Int) throws {
    // One of its own, as others count launches too.
    let backend = try OpenCLBackend(
      Fixture.device, kernelStyle: Fixture.backends[backend].kernelStyle)
    let x = try backend.array(numbers(100), [100])
    let before = backend.launchCount
    var y = try Self.apply(Self.twice, x, on: backend)
    for _ in 0..<5 { y = try Self.apply(Self.sum, y, x, on: backend) }
    #expect(backend.launchCount == before)
    #expect(
      try backend.elements(y) == numbers(100).map { x in (0..<5).reduce(x + x) { y, _ in y + x } })
    #expect(backend.launchCount == before + 1)
  }

  @Test func aResultNobodyReadsIsNotComputed() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    let x = try backend.array(numbers(100), [100])
    let (launches, live) = (backend.launchCount, backend.memoryInUse.live)
    for _ in 0..<3 { _ = try Self.apply(Self.twice, x, on: backend) }
    try backend.synchronize()
    #expect(backend.launchCount == launches)
    #expect(backend.memoryInUse.live == live)
  }

  @Test func aReductionTakesItsInputOver() throws {
    for style in [KernelStyle.cpu, .gpu] {
      let backend = try OpenCLBackend(Fixture.device, kernelStyle: style)
      let x = try backend.array(numbers(30), [3, 10])
      let sum = try backend.temporary([3, 1])
      let before = backend.launchCount
      let square = try Self.apply(Self.twice, x, on: backend)
      try backend.reduce(.sum, square, over: AxisSet([1], of: [3, 10]), to: sum)
      #expect(backend.launchCount == before + 1)
    }
  }

  @Test func costlyFunctionsAreComputedAtMostTwice() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    let x = try backend.array(numbers(64), [64])
    let y = try Self.apply(Self.exponential, x, on: backend)
    let before = backend.launchCount
    let uses = try (0..<4).map { _ in try Self.apply(Self.minus, y, on: backend) }
    // The second use had the exponential computed.
    #expect(backend.launchCount == before + 1)
    for use in uses { _ = try backend.elements(use) }
    #expect(backend.launchCount == before + 5)
  }

  @Test func chainsOfCostlyFunctionsAreNotComputedFromTheirBeginningAgainAndAgain() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    var results = [try backend.array(numbers(64), [64])]
    let before = backend.launchCount
    for _ in 0..<12 { results.append(try Self.apply(Self.tangent, results.last!, on: backend)) }
    // Two at a time, the last two not yet.
    #expect(backend.launchCount == before + 5)
  }

  @Test func longChainsAreCut() throws {
    let backend = Fixture.backends[0]
    let x = try backend.array([1] as [Float], [1])
    var y = x
    for _ in 0..<1000 { y = try Self.apply(Self.sum, y, x, on: backend) }
    #expect(try backend.elements(y) == [1001])
    // Each step twice the one before, so that steps double with every operation.
    var power = x
    for _ in 0..<100 { power = try Self.apply(Self.sum, power, power, on: backend) }
    #expect(try backend.elements(power) == [Float(sign: .plus, exponent: 100, significand: 1)])
  }

  @Test(arguments: Fixture.backends.indices)
  func whatIsDeferredReadsMemoryAsItWas(backend: Int) throws {
    let backend = Fixture.backends[backend]
    let old = numbers(200)
    let x = try backend.array(old, [200])
    let twice = try Self.apply(Self.twice, x, on: backend)
    let more = try Self.apply(Self.sum, twice, x, on: backend)
    // In place, in part, by an upload, by random numbers.
    try backend.pointwise(Self.minus, scalars: [], [x], to: x)
    let afterwards = try Self.apply(Self.minus, x, on: backend)
    let part = x.with(Layout([50], offset: 25))
    try backend.pointwise(Self.minus, scalars: [], [part], to: part)
    let later = try Self.apply(Self.minus, x, on: backend)
    try [Float](repeating: 0, count: 200).withUnsafeBytes { try backend.upload($0, to: x) }
    let last = try Self.apply(Self.minus, x, on: backend)
    try backend.random(.uniform(low: 1, high: 2), at: RandomPosition(seed: 1, block: 0), to: x)
    #expect(try backend.elements(more) == old.map { $0 + $0 + $0 })
    #expect(try backend.elements(twice) == old.map { $0 + $0 })
    #expect(try backend.elements(afterwards) == old)
    #expect(try backend.elements(later)[..<25] == old[..<25])
    #expect(try backend.elements(later)[25..<75] == ArraySlice(old[25..<75].map { -$0 }))
    #expect(try backend.elements(last).allSatisfy { $0 == 0 })
  }

  @Test func writingPartOfWhatIsDeferredKeepsTheRest() throws {
    let backend = Fixture.backends[0]
    let old = numbers(100)
    let x = try backend.array(old, [100])
    let y = try Self.apply(Self.twice, x, on: backend)
    let part = y.with(Layout([10], offset: 5))
    try backend.pointwise(Self.minus, scalars: [], [x.with(Layout([10]))], to: part)
    let expected = old.indices.map { 5..<15 ~= $0 ? -old[$0 - 5] : old[$0] + old[$0] }
    #expect(try backend.elements(y) == expected)
  }

  @Test func aReductionIntoWhatItsInputReadsIsRight() throws {
    let backend = Fixture.backends[0]
    let x = try backend.array(numbers(64), [64, 1])
    let y = try Self.apply(Self.minus, x, on: backend)
    // Along an axis of one element: the result may as well be the input's memory.
    try backend.reduce(.sum, y, over: AxisSet([1], of: y.shape), to: x)
    #expect(try backend.elements(x) == numbers(64).map { -$0 })
    #expect(try backend.elements(y) == numbers(64).map { -$0 })
  }

  @Test func aFailureIsToldToEveryReader() throws {
    let broken = KernelSources.embedded.replacing("expressions", with: "this is no program")
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu, sources: broken)
    let x = try backend.array(numbers(10), [10])
    let y = try Self.apply(Self.twice, x, on: backend)
    let z = try Self.apply(Self.sum, y, x, on: backend)
    for array in [y, z, y, z] {
      let error = #expect(throws: OpenCLError.self) { _ = try backend.elements(array) }
      #expect(error?.name == "CL_BUILD_PROGRAM_FAILURE")
    }
    #expect(try backend.elements(x) == numbers(10))
  }

  @Test func memoryThatIsMissingIsFoundWhenItIsNeeded() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu, memoryLimit: 10_000)
    let x = try backend.array(numbers(1500), [1500])
    let y = try Self.apply(Self.twice, x, on: backend)
    let error = #expect(throws: OpenCLError.self) { _ = try backend.elements(y) }
    #expect(error?.isOutOfMemory == true)
    #expect(try backend.elements(x) == numbers(1500))
  }
}
