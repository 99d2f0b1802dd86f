import BackendCPU
import Backends
import Testing

@Suite struct MemoryTests {
  @Test func `Memory is counted while arrays live, and the peak is kept`() throws {
    let backend = CPUBackend()
    #expect(backend.memoryInUse == MemoryUse(live: 0, pooled: 0, peak: 0))
    do {
      let first = try backend.allocate(byteCount: 1000)
      let second = try backend.allocate(byteCount: 24)
      #expect(first.byteCount + second.byteCount == 1024)
      #expect(backend.memoryInUse == MemoryUse(live: 1024, pooled: 0, peak: 1024))
      withExtendedLifetime((first, second)) {}
    }
    #expect(backend.memoryInUse == MemoryUse(live: 0, pooled: 0, peak: 1024))
  }

  @Test func `An allocation that cannot be granted throws and says what to do`() {
    let backend = CPUBackend()
    let error = #expect(throws: AllocationFailure.self) {
      try backend.allocate(byteCount: 1 << 60)
    }
    #expect(error?.byteCount == 1 << 60)
    #expect(error?.description.contains("1152921504606846976 bytes") == true)
    #expect(error?.description.contains("smaller batch") == true)
    #expect(backend.memoryInUse.live == 0)
  }

  @Test func `A download is the array at the time of the call`() throws {
    let arrays = TestArrays()
    let array = try arrays.make([1, 2, 3] as [Float], [3])
    let download = try arrays.backend.startDownload(of: array)
    try ([7, 8, 9] as [Float]).withUnsafeBytes { try arrays.backend.upload($0, to: array) }
    let earlier = try download.wait().withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(earlier == [1, 2, 3])
    #expect(try arrays.floats(array) == [7, 8, 9])
  }

  @Test func `Empty arrays have memory, uploads and downloads`() throws {
    let arrays = TestArrays()
    let empty = try arrays.make([] as [Float], [0, 4])
    let bytes = try arrays.backend.startDownload(of: empty).wait()
    #expect(bytes.isEmpty)
  }

  @Test func `The description names the reference`() {
    let description = CPUBackend().description
    #expect(description.name == "cpu")
    #expect(description.kind == .reference)
    #expect(description.memoryBytes > 1 << 20)
    #expect(description.computeUnits >= 1)
    #expect(description.driver.contains("OpenBLAS"))
  }

  @Test func `An array that reaches outside its memory stops the program`() async {
    await #expect(processExitsWith: .failure) {
      let backend = CPUBackend()
      let storage = try backend.allocate(byteCount: 8)
      _ = try backend.startDownload(of: StridedArray(storage, .float32, Layout([3])))
    }
  }

  @Test func `Memory of another device stops the program`() async {
    await #expect(processExitsWith: .failure) {
      let foreign = StridedArray(Storage(byteCount: 8), .float32, Layout([2]))
      _ = try CPUBackend().startDownload(of: foreign)
    }
  }

  @Test func `An upload of the wrong size stops the program`() async {
    await #expect(processExitsWith: .failure) {
      let array = try TestArrays().result([3])
      try ([1, 2] as [Float]).withUnsafeBytes { try CPUBackend().upload($0, to: array) }
    }
  }
}
