import BackendOpenCL
import Backends
import OpenCL
import Synchronization
import Testing

@Suite struct MemoryTests {
  @Test func sizeClassesWasteAtMostAnEighth() {
    for size in Array(1...5000) + [1 << 20, (1 << 20) + 1, 123_456_789] {
      let capacity = BufferPool.sizeClass(size)
      #expect(capacity >= size)
      #expect(capacity - size <= max(256 - size, size / 8))
      #expect(BufferPool.sizeClass(capacity) == capacity)
    }
  }

  @Test func memoryIsUsedAgain() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    for _ in 0..<10 { _ = try backend.memory(byteCount: 100_000) }
    #expect(backend.deviceAllocationCount == 1)
    #expect(backend.memoryInUse.live == 0)
    #expect(backend.memoryInUse.pooled >= 100_000)
    #expect(backend.memoryInUse.peak == backend.memoryInUse.pooled)
  }

  @Test func aSteadyLoopAllocatesNothing() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    let weights = try backend.array(numbers(300 * 200), [1, 300, 200])
    let images = try backend.array(numbers(64 * 300), [1, 64, 300])
    func step() throws {
      let product = try backend.temporary([1, 64, 200])
      try backend.matrixProduct(images, weights, to: product)
      let sum = try backend.temporary([1, 1, 1])
      try backend.reduce(.sum, product, over: .all(of: product.shape), to: sum)
      _ = try backend.elements(sum)
    }
    for _ in 0..<2 { try step() }
    let count = backend.deviceAllocationCount
    for _ in 0..<5 { try step() }
    #expect(backend.deviceAllocationCount == count)
  }

  @Test func aFailedAllocationEmptiesThePoolAndIsTriedAgain() throws {
    let session = try Session(Fixture.device)
    let failures = Mutex(0)
    let pool = BufferPool(Fixture.device, memoryLimit: 1 << 20) { (byteCount) throws(OpenCLError) in
      if byteCount > 4096,
        failures.withLock({
          $0 += 1
          return $0 == 1
        })
      {
        throw OpenCLError(status: -4, call: "clCreateBuffer")
      }
      return try session.makeBuffer(byteCount: byteCount)
    }
    pool.put(try pool.take(1000))
    #expect(pool.use.pooled == 1024)
    let large = try pool.take(8192)
    #expect(large.byteCount == 8192)
    #expect(pool.use.pooled == 0)
    #expect(failures.withLock { $0 } == 2)
  }

  @Test func `A buffer is not used again while it is an argument`() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu)
    // As where a thread has collected arguments and let go of their arrays, but queues the kernel only
    // after another thread has asked for memory.
    let argument = try backend.temporary([100]).resultArgument
    let count = backend.deviceAllocationCount
    let other = try backend.memory(byteCount: 400)
    #expect(backend.deviceAllocationCount == count + 1)
    withExtendedLifetime((argument, other)) {}
  }

  @Test func thePoolIsEmptiedBeforeTheMemoryIsFull() throws {
    let backend = try OpenCLBackend(Fixture.device, kernelStyle: .cpu, memoryLimit: 10_000)
    do { _ = try backend.memory(byteCount: 8000) }
    let small = try backend.memory(byteCount: 5000)
    #expect(backend.memoryInUse.pooled == 0)
    let error = #expect(throws: OpenCLError.self) { try backend.memory(byteCount: 6000) }
    #expect(error?.name == "CL_MEM_OBJECT_ALLOCATION_FAILURE")
    #expect(error?.description.contains("asked for 6144 bytes") == true)
    #expect(error?.description.contains("smaller batch") == true)
    withExtendedLifetime(small) {}
  }

  @Test func aRequestBeyondTheDeviceSaysTheLimit() throws {
    let backend = Fixture.backends[0]
    let limit = Fixture.device.maxAllocationBytes
    let error = #expect(throws: OpenCLError.self) { try backend.allocate(byteCount: limit + 1) }
    #expect(error?.description.contains("\(limit)") == true)
  }
}
