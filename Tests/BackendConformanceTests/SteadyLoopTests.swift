import BackendOpenCL
import Backends
import Dispatch
import Synchronization
import Testing
import Verification

/// Many calls, one after another and at the same time.
@Suite struct SteadyLoopTests {
  private static let rows = ConformanceTable.rows(.reduced)

  @Test(arguments: TestedDevice.all)
  func aSteadyLoopAllocatesNothingOnTheDevice(device: TestedDevice) throws {
    let backend = try OpenCLBackend(device.device, kernelStyle: device.style)
    let step = try TrainingStep(backend)
    // The first steps fill the pool; a step more than one, for memory is given back in between.
    for _ in 0..<3 { try step.run() }
    try backend.synchronize()
    let before = backend.deviceAllocationCount
    for _ in 0..<20 { try step.run() }
    try backend.synchronize()
    #expect(before > 0)
    #expect(backend.deviceAllocationCount == before)
  }

  @Test(arguments: TestedDevice.all)
  func threadsSharingABackendEachGetRightResults(device: TestedDevice) {
    // Every third row, so that the threads are often in different operations.
    let rows = Self.rows.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    let found = Mutex<[Finding]>([])
    DispatchQueue.concurrentPerform(iterations: 6) { thread in
      for number in rows.indices where scale == .full || number % 6 == 0 {
        let row = rows[(number + thread * 7) % rows.count]
        let findings = row.findings(.forward, on: device.open)
        found.withLock { $0 += findings }
      }
    }
    report(found.withLock { $0 })
  }
}

/// The operations of a step of training a small network, in memory of its own each time.
private struct TrainingStep {
  private let backend: OpenCLBackend
  private let images: StridedArray
  private let labels: StridedArray
  private let filter: StridedArray
  private let weights: StridedArray
  private let velocity: StridedArray

  private static let batch = 4
  private static let convolution = Convolution(padding: 1)
  private static let pooling = Pooling(window: 2)
  private static let relu = PointwiseExpression(.float32) { f in
    f.input(0).combined(.maximum, with: f.constant(0))
  }

  init(_ backend: OpenCLBackend) throws {
    self.backend = backend
    images = try Self.array([Self.batch, 1, 8, 8], .signed, backend)
    labels = try Self.array([Self.batch], .integers(0..<10), backend)
    filter = try Self.array([3, 1, 3, 3], .signed, backend)
    weights = try Self.array([1, 48, 10], .signed, backend)
    velocity = try Self.array([3, 1, 3, 3], .values([0]), backend)
  }

  private static func array(
    _ shape: Shape, _ filling: Filling, _ backend: OpenCLBackend
  ) throws -> StridedArray {
    var generator = PhiloxGenerator(seed: 1)
    let words = filling.words(count: shape.count, from: &generator)
    return try backend.array(words, filling.dtype).with(Layout(shape))
  }

  func run() throws {
    let (batch, convolution, pooling) = (Self.batch, Self.convolution, Self.pooling)
    let maps = try backend.temporary([batch, 3, 8, 8])
    try backend.convolve(images, filter, bias: nil, convolution, to: maps)
    try backend.pointwise(Self.relu, scalars: [], [maps], to: maps)
    let pooled = try backend.temporary([batch, 3, 4, 4])
    let chosen = try backend.temporary([batch, 3, 4, 4], .int32)
    try backend.maxPool(maps, pooling, to: pooled, indices: chosen)
    let logits = try backend.temporary([1, batch, 10])
    try backend.matrixProduct(pooled.with(Layout([1, batch, 48])), weights, to: logits)
    let scores = logits.with(Layout([batch, 10]))
    let losses = try backend.temporary([batch])
    try backend.softmaxCrossEntropy(scores, labels: labels, to: losses)
    let scoreGradient = try backend.temporary([batch, 10])
    try backend.softmaxCrossEntropyGradient(losses, scores, labels: labels, to: scoreGradient)
    let pooledGradient = try backend.temporary([1, batch, 48])
    try backend.matrixProduct(
      scoreGradient.with(Layout([1, batch, 10])), weights.with(weights.layout.permuted([0, 2, 1])),
      to: pooledGradient)
    let mapGradient = try backend.temporary([batch, 3, 8, 8])
    try backend.maxPoolGradient(
      pooledGradient.with(Layout([batch, 3, 4, 4])), indices: chosen, pooling, to: mapGradient)
    let filterGradient = try backend.temporary([3, 1, 3, 3])
    try backend.convolutionFilterGradient(mapGradient, images, convolution, to: filterGradient)
    try backend.update(
      filter, gradient: filterGradient, state: [velocity],
      by: .sgd(SGDStep(learningRate: 1e-3, momentum: 0.9, weightDecay: 0, nesterov: false)))
  }
}
