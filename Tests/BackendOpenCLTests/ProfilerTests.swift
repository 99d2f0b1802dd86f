import BackendOpenCL
import Backends
import OpenCL
import Testing

/// Launches with what they are for, and what the device does at most.
@Suite struct ProfilerTests {
  private func profiler() throws -> OpenCLProfiler {
    let description = try #require(
      OpenCLBackend.devices().first { $0.name == "opencl:\(Fixture.device.path)" })
    return try OpenCLProfiler(description)
  }

  private func array(_ shape: Shape, on backend: any Backend) throws -> StridedArray {
    let array = StridedArray(
      try backend.allocate(byteCount: 4 * shape.count), .float32, Layout(shape))
    try numbers(shape.count).withUnsafeBytes { try backend.upload($0, to: array) }
    return array
  }

  @Test func launchesAreThoseOfTheirOperations() throws {
    let profiler = try profiler()
    let backend = profiler.backend
    let start = ContinuousClock.now
    let (left, right) = try (
      array([1, 90, 80], on: backend), array([1, 80, 70], on: backend)
    )
    let product = try array([1, 90, 70], on: backend)
    try backend.matrixProduct(left, right, to: product)
    let sum = try array([1, 90, 1], on: backend)
    try backend.reduce(.sum, product, over: AxisSet([2], of: product.shape), to: sum)
    let activities = try profiler.takeActivities()
    let end = ContinuousClock.now

    var names: [String] = []
    for activity in activities {
      let name = try #require(activity.call).name
      if names.last != name { names.append(name) }
      let host = try #require(activity.host)
      #expect(start <= host.lowerBound && host.upperBound <= end)
      // The clocks are aligned by what was queued when; a millisecond is far more than that leaves.
      let slack = Duration.milliseconds(1)
      #expect(host.lowerBound - slack <= activity.device.lowerBound)
      #expect(activity.device.upperBound <= end + slack)
    }
    #expect(names == ["product", "reduce sum"])
    for (first, second) in zip(activities, activities.dropFirst()) {
      #expect(first.device.upperBound <= second.device.lowerBound)
    }
    #expect(try profiler.takeActivities().isEmpty)
  }

  @Test func theRooflineIsMeasuredWithoutHoldingMemory() throws {
    let profiler = try profiler()
    let roofline = try #require(try profiler.measureRoofline())
    // Any device of this century, unless it is simulated.
    #expect(roofline.operationsPerSecond > 1e6)
    #expect(roofline.bytesPerSecond > 1e6)
    #expect(profiler.backend.memoryInUse.peak == 0)
    #expect(try profiler.takeActivities().isEmpty)
  }

  @Test(arguments: Fixture.backends)
  func theRooflinesKernelsComputeWhatTheyCount(backend: OpenCLBackend) throws {
    let width = backend.kernelStyle == .cpu ? 8 : 1
    let (group, items, rounds) = (4, 8, 5)
    let options = "-DWIDTH=\(width) -DGROUP=\(group)"
    func launch(_ name: String, _ arguments: [KernelArgument]) throws {
      try backend.launch(
        backend.kernel(name, in: "roofline", options: options), global: WorkSize(items),
        local: WorkSize(group), arguments)
    }
    let (a, b) = (numbers(items * width), numbers(items * width, seed: 2))
    let result = try backend.temporary([items * width])
    let operands = try [a, b].map { try backend.array($0, [$0.count]) }
    try launch("triad", operands.map { try $0.argument } + [result.argument, .float32(0.5)])
    // A factor of a power of 2 rounds nothing, however the compiler contracts.
    #expect(try backend.elements(result) == zip(a, b).map { $0 + 0.5 * $1 })

    try launch("multiplyAdd", [result.argument, .float32(2), .float32(1), .int32(Int32(rounds))])
    // x ← 2x + 1 from 0 … 15 and the item's number: whole numbers, which round nothing either.
    var expected: [Float] = []
    for item in 0..<items {
      let sums = (0..<16).map { start in (item + start + 1) * (1 << rounds) - 1 }
      expected += [Float](repeating: Float(sums.reduce(0, +)), count: width)
    }
    #expect(try backend.elements(result) == expected)
  }
}
