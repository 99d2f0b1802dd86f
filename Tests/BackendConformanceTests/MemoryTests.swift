import BackendOpenCL
import Backends
import OpenCL
import Testing
import Verification

/// What every backend promises about its memory.
@Suite struct MemoryTests {
  private static let words = (0..<1000).map { UInt32($0) }

  private static let double = PointwiseExpression(.float32) { $0.input(0) + $0.input(0) }

  @Test(arguments: TestedDevice.all)
  func resultsDoNotShareMemoryWithOperands(device: TestedDevice) throws {
    let backend = device.backend
    let input = try backend.array(Self.words.map { Float($0).bitPattern }, .float32)
    let result = try backend.array(Self.words, .float32)
    try backend.pointwise(Self.double, scalars: [], [input], to: result)
    let zeros = [UInt8](repeating: 0, count: 4 * Self.words.count)
    try zeros.withUnsafeBytes { try backend.upload($0, to: input) }
    #expect(try backend.words(of: result) == Self.words.map { Float(2 * $0).bitPattern })
  }

  @Test(arguments: TestedDevice.all)
  func memoryOfNoBytesIsAllowed(device: TestedDevice) throws {
    let storage = try device.backend.allocate(byteCount: 0)
    let array = StridedArray(storage, .float32, Layout([3, 0]))
    try device.backend.upload(UnsafeRawBufferPointer(start: nil, count: 0), to: array)
    let bytes = try device.backend.startDownload(of: array).wait()
    #expect(bytes.isEmpty)
  }

  @Test(arguments: TestedDevice.all)
  func memoryGivenBackWhileItIsUsedKeepsItsContentsUntilThen(device: TestedDevice) throws {
    let backend = device.backend
    let result = try backend.array(Self.words, .float32)
    // Each input ends here and its memory is taken for the next, before the device has read it.
    for factor in 1...20 {
      let input = try backend.array(
        Self.words.map { Float($0 * UInt32(factor)).bitPattern }, .float32)
      try backend.pointwise(Self.double, scalars: [], [input], to: result)
    }
    #expect(try backend.words(of: result) == Self.words.map { Float(40 * $0).bitPattern })
  }

  @Test(arguments: TestedDevice.all)
  func moreThanABufferHoldsIsAnErrorThatSaysSo(device: TestedDevice) throws {
    for byteCount in [device.device.maxAllocationBytes + 1, Int.max / 2] {
      let error = #expect(throws: OpenCLError.self) {
        _ = try device.backend.allocate(byteCount: byteCount)
      }
      #expect(error?.isOutOfMemory == true)
      #expect(error?.description.contains("\(byteCount)") == true)
    }
    try expectThatItWorks(device.backend)
  }

  @Test(arguments: TestedDevice.all)
  func moreThanTheDeviceHoldsIsAnErrorUntilSomeIsGivenBack(device: TestedDevice) throws {
    let megabyte = 1 << 20
    let backend = try OpenCLBackend(
      device.device, kernelStyle: device.style, memoryLimit: 4 * megabyte)
    let held = try (0..<3).map { _ in try backend.memory(byteCount: megabyte) }
    // Otherwise the optimizer gives the memory back before the next is asked for.
    try withExtendedLifetime(held) {
      let error = #expect(throws: OpenCLError.self) {
        _ = try backend.memory(byteCount: 2 * megabyte)
      }
      #expect(error?.isOutOfMemory == true)
      try backend.synchronize()
    }
    _ = consume held
    // What the pool keeps does not stand in the way of a buffer of another size.
    _ = try backend.memory(byteCount: 3 * megabyte)
    try expectThatItWorks(backend)
  }

  @Test(arguments: TestedDevice.all)
  func memoryInUseFollowsArrays(device: TestedDevice) throws {
    let backend = try OpenCLBackend(device.device, kernelStyle: device.style)
    do {
      let array = try backend.array(Self.words, .float32)
      #expect(backend.memoryInUse.live >= 4 * array.count)
    }
    #expect(backend.memoryInUse.live == 0)
    #expect(backend.memoryInUse.pooled >= 4 * Self.words.count)
    #expect(backend.memoryInUse.peak >= 4 * Self.words.count)
  }

  private func expectThatItWorks(_ backend: OpenCLBackend) throws {
    let array = try backend.array(Self.words, .float32)
    try backend.synchronize()
    #expect(try backend.words(of: array) == Self.words)
  }
}

extension OpenCLBackend {
  /// Memory that was taken from the device, as it is with the first use.
  fileprivate func memory(byteCount: Int) throws -> Storage {
    let storage = try allocate(byteCount: byteCount)
    let start = StridedArray(storage, .float32, Layout([1]))
    try withUnsafeBytes(of: Float(0)) { try upload($0, to: start) }
    return storage
  }
}
