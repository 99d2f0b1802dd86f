import BackendOpenCL
import Backends
import Dispatch
import OpenCL
import Synchronization
import Testing

/// Pointwise operations at the end of the kernels of convolutions and products.
@Suite struct EpilogueTests {
  private static let twice = PointwiseExpression(.float32) { $0.input(0) + $0.input(0) }
  private static let minus = PointwiseExpression(.float32) { -$0.input(0) }

  private static func backend(_ style: KernelStyle = .cpu) throws -> OpenCLBackend {
    // One of its own, as others count launches too.
    try OpenCLBackend(Fixture.device, kernelStyle: style, emulatesMatrixUnits: true)
  }

  /// The operation with its ending, whose own result then is nobody's.
  private static func ended(
    _ operation: EndedOperation, _ ending: Ending, on backend: OpenCLBackend
  ) throws -> StridedArray {
    try ending.apply(to: try operation.compute(backend), on: backend)
  }

  /// The bits of an array, and how many launches all took.
  private static func measured(
    on backend: OpenCLBackend, _ compute: () throws -> StridedArray
  ) throws -> (bits: [UInt32], launches: Int) {
    let before = backend.launchCount
    let bits = try backend.elements(compute()).map(\.bitPattern)
    return (bits, backend.launchCount - before)
  }

  private static func apply(
    _ expression: PointwiseExpression, _ input: StridedArray, on backend: OpenCLBackend
  ) throws -> StridedArray {
    let result = try backend.temporary(input.shape)
    try backend.pointwise(expression, scalars: [], [input], to: result)
    return result
  }

  private static func check(_ operation: EndedOperation, _ ending: Ending) throws {
    let backend = try backend(operation.style)
    let fused = try measured(on: backend) { try ended(operation, ending, on: backend) }
    let single = try PointwiseFusion.$isOn.withValue(false) {
      try measured(on: backend) { try ended(operation, ending, on: backend) }
    }
    #expect(fused.bits == single.bits)
    // Columns of images are not worth it.
    let endsItself = operation.endsItself && (ending != .withColumns || operation.shape.rank == 3)
    let saved = single.launches - fused.launches
    // A convolution by products may save its bias as well.
    #expect(endsItself ? saved >= ending.count : saved == ending.count - 1)
  }

  @Test(arguments: EndedOperation.all)
  func everyAlgorithmEndsWithTheBitsOfSteps(operation: EndedOperation) throws {
    try Self.check(operation, .scaledWithResidual)
  }

  @Test(arguments: [0, EndedOperation.all.count - 8], Ending.allCases)
  func everyEndingHasTheBitsOfItsSteps(number: Int, ending: Ending) throws {
    try Self.check(EndedOperation.all[number], ending)
  }

  private static let operations = [
    EndedOperation.all[0], EndedOperation.all[EndedOperation.all.count - 8],
  ]

  @Test(arguments: operations)
  func aResultThatIsNeededItselfIsComputedOnce(operation: EndedOperation) throws {
    let backend = try Self.backend()
    let plain = try Self.measured(on: backend) { try operation.compute(backend) }
    let expected = try backend.elements(Self.ended(operation, .rectified, on: backend))
    let before = backend.launchCount
    let kept = try operation.compute(backend)
    let results = try (0..<3).map { _ in try Ending.rectified.apply(to: kept, on: backend) }
    for result in results { #expect(try backend.elements(result) == expected) }
    #expect(try backend.elements(kept).map(\.bitPattern) == plain.bits)
    #expect(backend.launchCount - before == plain.launches + 3)
  }

  @Test(arguments: operations)
  func whatTwoResultsReadIsComputedOnce(operation: EndedOperation) throws {
    let backend = try Self.backend()
    let plain = try Self.measured(on: backend) { try operation.compute(backend) }
    let before = backend.launchCount
    func pair() throws -> (StridedArray, StridedArray) {
      let x = try operation.compute(backend)
      let twice = try Self.apply(Self.twice, x, on: backend)
      return (twice, try Self.apply(Self.minus, twice, on: backend))
    }
    let (twice, minus) = try pair()
    let values = plain.bits.map(Float.init(bitPattern:))
    #expect(try backend.elements(minus) == values.map { -($0 + $0) })
    #expect(try backend.elements(twice) == values.map { $0 + $0 })
    #expect(backend.launchCount - before == plain.launches + 2)
  }

  @Test(arguments: operations)
  func viewsOfAResultAreRight(operation: EndedOperation) throws {
    let backend = try Self.backend()
    let values = try backend.elements(operation.compute(backend))
    let shape = operation.shape
    let views = [
      Layout([shape.count]), Layout(shape).flipped(AxisSet([-1], of: shape)),
      Layout(shape).permuted([1, 0] + Array(2..<shape.rank)), Layout(shape).sliced(1, 1..<3),
      Layout([3], strides: [0], offset: 1),
    ]
    for view in views {
      let x = try operation.compute(backend).with(view)
      let result = try Self.apply(Self.minus, x, on: backend)
      #expect(try backend.elements(result) == walk(values, view).map { -$0 })
    }
  }

  @Test(arguments: operations)
  func aResultThatNobodyAskedForIsComputedAllTheSame(operation: EndedOperation) throws {
    let backend = try Self.backend()
    let plain = try Self.measured(on: backend) { try operation.compute(backend) }
    let (before, live) = (backend.launchCount, backend.memoryInUse.live)
    // As whoever measures an algorithm expects.
    _ = try operation.compute(backend)
    #expect(backend.launchCount - before == plain.launches)
    do {
      let kept = try operation.compute(backend)
      let ended = try Ending.rectified.apply(to: operation.compute(backend), on: backend)
      try backend.synchronize()
      #expect(backend.launchCount - before == 3 * plain.launches)
      withExtendedLifetime((kept, ended)) {}
    }
    #expect(backend.memoryInUse.live == live)
  }

  @Test func operandsThatChangeAreReadAsTheyWere() throws {
    let backend = try Self.backend()
    let shape: Shape = [1, 5, 5]
    let (x, y) = try (
      backend.array(numbers(25), shape), backend.array(numbers(25, seed: 2), shape)
    )
    let addend = try backend.array(numbers(25, seed: 3), shape)
    func ended() throws -> StridedArray {
      let product = try backend.temporary(shape)
      try backend.matrixProduct(x, y, to: product)
      let result = try backend.temporary(shape)
      let sum = PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) }
      try backend.pointwise(sum, scalars: [], [product, addend], to: result)
      return result
    }
    for changed in [x, y, addend] {
      let expected = try backend.elements(ended())
      let result = try ended()
      try backend.pointwise(Self.minus, scalars: [], [changed], to: changed)
      #expect(try backend.elements(result) == expected)
      let next = try ended()
      try numbers(25, seed: 9).withUnsafeBytes { try backend.upload($0, to: changed) }
      #expect(try backend.elements(next) != expected)
    }
  }

  @Test(arguments: operations)
  func aResultThatIsChangedInPlaceIsReadAsItWas(operation: EndedOperation) throws {
    let backend = try Self.backend()
    let values = try backend.elements(operation.compute(backend))
    let x = try operation.compute(backend)
    let twice = try Self.apply(Self.twice, x, on: backend)
    try backend.pointwise(Self.minus, scalars: [], [x], to: x)
    let part = x.with(Layout([2], offset: 1))
    try backend.pointwise(Self.minus, scalars: [], [part], to: part)
    #expect(try backend.elements(twice) == values.map { $0 + $0 })
    #expect(
      try backend.elements(x) == values.enumerated().map { 1...2 ~= $0 ? $1 : -$1 })
  }

  @Test func aFailureIsToldToWhoeverReads() throws {
    let broken = KernelSources.embedded.replacing("functions", with: "this is no program")
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu, sources: broken)
    let operation = Self.operations[1]
    let values = try backend.elements(operation.compute(backend))
    let result = try Ending.rectified.apply(to: operation.compute(backend), on: backend)
    let more = try Self.apply(Self.minus, result, on: backend)
    // Another operation has nothing to do with it.
    let other = try operation.compute(backend)
    for array in [result, more, result] {
      let error = #expect(throws: OpenCLError.self) { _ = try backend.elements(array) }
      #expect(error?.name == "CL_BUILD_PROGRAM_FAILURE")
    }
    #expect(try backend.elements(other) == values)
  }

  @Test(arguments: 0..<20)
  func threadsEndAndReadTheSameRight(round: Int) throws {
    let backend = Fixture.backends[0]
    let operation = Self.operations[1]
    let values = try backend.elements(operation.compute(backend))
    let twice = try Self.apply(Self.twice, operation.compute(backend), on: backend)
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      do {
        // Some read it, some compute with it, and some compute with others of their own.
        switch (thread + round) % 3 {
        case 0:
          let read = try backend.elements(twice)
          if read != values.map({ $0 + $0 }) { failures.withLock { $0.append("twice") } }
        case 1:
          let minus = try backend.elements(Self.apply(Self.minus, twice, on: backend))
          if minus != values.map({ -($0 + $0) }) { failures.withLock { $0.append("minus") } }
        default:
          let own = try Self.apply(Self.minus, operation.compute(backend), on: backend)
          if try backend.elements(own) != values.map({ -$0 }) {
            failures.withLock { $0.append("own") }
          }
        }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
  }
}
