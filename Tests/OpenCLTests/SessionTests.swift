import COpenCL
import OpenCL
import Testing

@Suite("Sessions: buffers, transfers and their errors")
struct SessionTests {
  @Test("what is written is read back", arguments: try ComputeDevice.all())
  func roundTrip(device: ComputeDevice) throws {
    let session = try Session(device)
    let values = (0..<1000).map { Int32($0 * $0) }
    let buffer = try session.makeBuffer(values)
    #expect(buffer.byteCount == 4000)
    #expect(try session.read(buffer, as: Int32(0), count: 1000) == values)

    var part = [Int32](repeating: 0, count: 3)
    try part.withUnsafeMutableBytes { try session.read(buffer, offset: 40, into: $0) }
    #expect(part == [100, 121, 144])
  }

  @Test("writes queued in a row keep their bytes", arguments: try ComputeDevice.all())
  func manyWrites(device: ComputeDevice) throws {
    let session = try Session(device)
    let count = 1 << 16
    let buffers = try (0..<40).map { _ in try session.makeBuffer(byteCount: count * 4) }
    var values = [Int32](repeating: 0, count: count)
    for (index, buffer) in buffers.enumerated() {
      for position in values.indices { values[position] = Int32(index + position) }
      try values.withUnsafeBytes { try session.write($0, to: buffer) }
    }
    for (index, buffer) in buffers.enumerated() {
      let read = try session.read(buffer, as: Int32(0), count: count)
      #expect(read.indices.allSatisfy { read[$0] == Int32(index + $0) })
    }
  }

  @Test("a write of many staging blocks arrives whole", arguments: try ComputeDevice.all())
  func longWrite(device: ComputeDevice) throws {
    let session = try Session(device)
    let values = (0..<(11 << 20)).map { Int32(truncatingIfNeeded: $0 &* 2_654_435_761) }
    let buffer = try session.makeBuffer(values)
    #expect(try session.read(buffer, as: Int32(0), count: values.count) == values)
  }

  @Test("a pending read sees what was queued before it", arguments: try ComputeDevice.all())
  func pendingRead(device: ComputeDevice) throws {
    let session = try Session(device)
    let buffer = try session.makeBuffer([Int32](repeating: 5, count: 64))
    let first = try session.beginRead(buffer, offset: 8, byteCount: 8)
    try session.fill(buffer, with: Int32(9), byteCount: 256)
    let second = try session.beginRead(buffer, byteCount: 4)
    #expect(try second.wait() == [9, 0, 0, 0])
    #expect(try first.wait() == [5, 0, 0, 0, 5, 0, 0, 0])
    #expect(try first.withBytes { $0.load(as: Int32.self) } == 5)
    #expect(try session.beginRead(buffer, byteCount: 0).wait() == [])
  }

  @Test("a pending read outlives its session and its buffer", arguments: try ComputeDevice.all())
  func orphanedRead(device: ComputeDevice) throws {
    func begin() throws -> PendingRead {
      let session = try Session(device)
      return try session.beginRead(try session.makeBuffer([UInt8](0..<100)), byteCount: 100)
    }
    #expect(try begin().wait() == [UInt8](0..<100))
  }

  @Test("buffers are filled and copied in parts", arguments: try ComputeDevice.all())
  func fillAndCopy(device: ComputeDevice) throws {
    let session = try Session(device)
    let source = try session.makeBuffer((0..<8).map(Float.init))
    let target = try session.makeBuffer(byteCount: 32)
    try session.fill(target, with: Float(-1), byteCount: 32)
    try session.copy(source, offset: 8, to: target, offset: 16, byteCount: 12)
    #expect(try session.read(target, as: Float(0), count: 8) == [-1, -1, -1, -1, 2, 3, 4, -1])
  }

  @Test("a part of a buffer is the same memory", arguments: try ComputeDevice.all())
  func parts(device: ComputeDevice) throws {
    let session = try Session(device)
    let whole = try session.makeBuffer(byteCount: 4 * device.bufferAlignment)
    let taken = session.allocatedBytes
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    try session.fill(whole, with: Float(1), byteCount: whole.byteCount)
    let parts = try (1...2).map {
      try whole.part(at: $0 * device.bufferAlignment, byteCount: 16)
    }
    #expect(session.allocatedBytes == taken)
    try session.fill(parts[0], with: Float(2), byteCount: 16)
    try session.launch(
      kernel, global: WorkSize(4),
      arguments: [.buffer(parts[0]), .buffer(parts[0]), .buffer(parts[1]), .int32(4)])
    let count = device.bufferAlignment / 4
    let numbers = try session.read(whole, as: Float(0), count: 4 * count)
    let expected = [Float](repeating: 1, count: count - 4)
    let ones = [Float](repeating: 1, count: count)
    #expect(
      numbers == ones + [2, 2, 2, 2] + expected + [4, 4, 4, 4] + expected + ones)
    #expect(throws: OpenCLError.self) { try whole.part(at: 0, byteCount: whole.byteCount + 1) }
  }

  @Test("a transfer beyond the buffer's end is an error", arguments: try ComputeDevice.all())
  func outOfRange(device: ComputeDevice) throws {
    let session = try Session(device)
    let buffer = try session.makeBuffer(byteCount: 16)
    var bytes = [UInt8](repeating: 0, count: 32)
    let read = #expect(throws: OpenCLError.self) {
      try bytes.withUnsafeMutableBytes { try session.read(buffer, into: $0) }
    }
    #expect(read?.name == "CL_INVALID_VALUE")
    #expect(read?.detail == "32 bytes from 0 of a buffer of 16")
    let write = #expect(throws: OpenCLError.self) {
      try bytes.withUnsafeBytes { try session.write($0, to: buffer, offset: 8) }
    }
    #expect(write?.call == "clEnqueueWriteBuffer")
    #expect(throws: OpenCLError.self) { try session.beginRead(buffer, offset: 12, byteCount: 8) }
    #expect(throws: OpenCLError.self) {
      try session.fill(buffer, with: Int32(0), offset: 16, byteCount: 4)
    }
    #expect(throws: OpenCLError.self) {
      try session.copy(buffer, offset: 0, to: buffer, offset: 12, byteCount: 8)
    }
  }

  @Test("more memory than the device has is an error", arguments: try ComputeDevice.all())
  func tooLarge(device: ComputeDevice) throws {
    let session = try Session(device)
    let byteCount = device.memoryBytes + 1
    let error = #expect(throws: OpenCLError.self) { try session.makeBuffer(byteCount: byteCount) }
    #expect(error?.name == "CL_MEM_OBJECT_ALLOCATION_FAILURE")
    #expect(error?.call == "clCreateBuffer")
    #expect(error?.isOutOfMemory == true)
    #expect(error?.detail?.hasPrefix("asked \(device) for \(byteCount) bytes with 0 of ") == true)
  }

  @Test(
    "what the driver refuses is an error and costs no memory", arguments: try ComputeDevice.all())
  func refused(device: ComputeDevice) throws {
    let session = try Session(device)
    let error = #expect(throws: OpenCLError.self) { try session.makeBuffer(byteCount: 0) }
    #expect(error?.name == "CL_INVALID_BUFFER_SIZE")
    #expect(session.allocatedBytes == 0)
  }

  @Test("released buffers make room again", arguments: try ComputeDevice.all())
  func memoryLimit(device: ComputeDevice) throws {
    let session = try Session(device, programCache: nil, memoryLimit: 1000)
    var first: DeviceBuffer? = try session.makeBuffer(byteCount: 600)
    #expect(first?.byteCount == 600)
    #expect(session.allocatedBytes == 600)
    let error = #expect(throws: OpenCLError.self) { try session.makeBuffer(byteCount: 401) }
    #expect(error?.name == "CL_MEM_OBJECT_ALLOCATION_FAILURE")
    #expect(error?.detail?.contains("for 401 bytes with 600 of 1000 in use") == true)
    first = nil
    #expect(session.allocatedBytes == 0)
    #expect(try session.makeBuffer(byteCount: 1000).byteCount == 1000)
  }

  @Test("everything made in a session is released once", arguments: try ComputeDevice.all())
  func release(device: ComputeDevice) throws {
    var context: cl_context
    do {
      let session = try Session(device, profiling: true)
      context = session.contextHandle
      clRetainContext(context)
      let buffer = try session.makeBuffer([Float](repeating: 1, count: 16))
      let program = try session.makeProgram(source: Source.add, name: "add")
      let kernel = try program.makeKernel("add")
      let arguments: [KernelArgument] = [
        .buffer(buffer), .buffer(buffer), .buffer(buffer), .int32(16),
      ]
      try session.launch(kernel, global: 16, arguments: arguments)?.wait()
      #expect(try session.beginRead(buffer, byteCount: 4).wait().count == 4)
      #expect(try referenceCount(of: context) > 1)
      try session.finish()
    }
    #expect(try referenceCount(of: context) == 1)
    clReleaseContext(context)
  }

  private func referenceCount(of context: cl_context) throws -> Int {
    var count: cl_uint = 0
    let name = cl_context_info(CL_CONTEXT_REFERENCE_COUNT)
    try check(clGetContextInfo(context, name, 4, &count, nil), "clGetContextInfo")
    return Int(count)
  }
}
