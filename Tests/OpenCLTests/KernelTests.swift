import COpenCL
import OpenCL
import Testing

@Suite("Kernels: launches, arguments and profiling")
struct KernelTests {
  @Test("a kernel adds two vectors", arguments: try ComputeDevice.all())
  func add(device: ComputeDevice) throws {
    let session = try Session(device)
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    let count = 1001
    let a = try session.makeBuffer((0..<count).map(Float.init))
    let b = try session.makeBuffer([Float](repeating: 0.5, count: count))
    let sum = try session.makeBuffer(byteCount: 4 * count)
    let event = try session.launch(
      kernel, global: WorkSize(count).padded(toGroupsOf: 16), local: 16,
      arguments: [.buffer(a), .buffer(b), .buffer(sum), .int32(Int32(count))])
    #expect(event == nil)
    #expect(
      try session.read(sum, as: Float(0), count: count) == (0..<count).map { Float($0) + 0.5 })
    #expect(session.launchCount == 1)
    #expect(try session.takeLaunchRecords().isEmpty)
  }

  @Test("arguments of every kind arrive", arguments: try ComputeDevice.all())
  func arguments(device: ComputeDevice) throws {
    let session = try Session(device)
    let program = try session.makeProgram(source: Source.arguments, name: "arguments")
    let out = try session.makeBuffer(byteCount: 72)
    try session.launch(
      program.makeKernel("store"), global: 1, local: 1,
      arguments: [
        .buffer(out), .int32(-3), .uint32(4_000_000_000), .int64(-5_000_000_000),
        .uint64(6_000_000_000), .float32(1.5), .int32s([11, -12]), .local(byteCount: 16),
        .noBuffer,
      ])
    #expect(
      try session.read(out, as: Int64(0), count: 9)
        == [-3, 4_000_000_000, -5_000_000_000, 6_000_000_000, 3, 11, -12, 7, 1])
  }

  @Test("a kernel knows its arguments and group sizes", arguments: try ComputeDevice.all())
  func properties(device: ComputeDevice) throws {
    let source = """
      __kernel __attribute__((reqd_work_group_size(8, 4, 1)))
      void fixed(__global int *out) { out[get_global_id(1) * 8 + get_global_id(0)] = 1; }
      __kernel void free(__global int *out) { out[get_global_id(0)] = 1; }
      """
    let program = try Session(device).makeProgram(source: source, name: "sizes")
    let fixed = try program.makeKernel("fixed")
    #expect(fixed.name == "fixed")
    #expect(fixed.argumentCount == 1)
    #expect(fixed.requiredWorkGroupSize == WorkSize(8, 4, 1))
    let free = try program.makeKernel("free")
    #expect(free.requiredWorkGroupSize == nil)
    #expect(free.maxWorkGroupSize >= 1 && free.maxWorkGroupSize <= device.maxWorkGroupSize)
    #expect(free.preferredMultiple >= 1)
  }

  @Test("a wrong number of arguments is an error", arguments: try ComputeDevice.all())
  func argumentCount(device: ComputeDevice) throws {
    let session = try Session(device)
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    let error = #expect(throws: OpenCLError.self) {
      try session.launch(kernel, global: 1, arguments: [.int32(1)])
    }
    #expect(error?.name == "CL_INVALID_KERNEL_ARGS")
    #expect(error?.detail == "kernel 'add' takes 4 arguments, not 1")
    #expect(session.launchCount == 0)
  }

  @Test("an argument of the wrong size names kernel and place", arguments: try ComputeDevice.all())
  func argumentSize(device: ComputeDevice) throws {
    let session = try Session(device)
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    let buffer = try session.makeBuffer(byteCount: 4)
    let error = #expect(throws: OpenCLError.self) {
      try session.launch(
        kernel, global: 1,
        arguments: [.buffer(buffer), .buffer(buffer), .buffer(buffer), .int64(1)])
    }
    #expect(error?.name == "CL_INVALID_ARG_SIZE")
    #expect(error?.detail == "argument 3 of kernel 'add'")
  }

  @Test(
    "a work-group larger than the device allows is an error", arguments: try ComputeDevice.all())
  func groupSize(device: ComputeDevice) throws {
    let session = try Session(device)
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    let buffer = try session.makeBuffer(byteCount: 4)
    let size = WorkSize(2 * device.maxWorkGroupSize)
    let error = #expect(throws: OpenCLError.self) {
      try session.launch(
        kernel, global: size, local: size,
        arguments: [.buffer(buffer), .buffer(buffer), .buffer(buffer), .int32(1)])
    }
    #expect(error?.call == "clEnqueueNDRangeKernel")
    #expect(["CL_INVALID_WORK_GROUP_SIZE", "CL_INVALID_WORK_ITEM_SIZE"].contains(error?.name))
  }

  @Test(
    "threads that share a kernel do not mix their arguments", arguments: try ComputeDevice.all())
  func threads(device: ComputeDevice) async throws {
    let session = try Session(device)
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    let buffers = try (0..<32).map { try session.makeBuffer([Float($0)]) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for buffer in buffers {
        group.addTask {
          for _ in 0..<20 {
            try session.launch(
              kernel, global: 1,
              arguments: [.buffer(buffer), .buffer(buffer), .buffer(buffer), .int32(1)])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(session.launchCount == 640)
    for (index, buffer) in buffers.enumerated() {
      #expect(try session.read(buffer, as: Float(0), count: 1) == [Float(index << 20)])
    }
  }

  @Test("a session made for profiling times its launches", arguments: try ComputeDevice.all())
  func profiling(device: ComputeDevice) throws {
    let session = try Session(device, profiling: true)
    let kernel = try session.makeProgram(source: Source.add, name: "add").makeKernel("add")
    let count = 1 << 16
    let a = try session.makeBuffer([Float](repeating: 1, count: count))
    let launches = 1100
    for _ in 0..<launches {
      let event = try session.launch(
        kernel, global: WorkSize(count / 64),
        arguments: [.buffer(a), .buffer(a), .buffer(a), .int32(Int32(count))])
      #expect(event != nil)
    }
    let records = try session.takeLaunchRecords()
    #expect(records.count == launches)
    for record in records {
      #expect(record.name == "add")
      #expect(record.duration > 0)
      #expect(record.profile.queued <= record.profile.submitted)
      #expect(record.profile.submitted <= record.profile.started)
    }
    #expect(try session.takeLaunchRecords().isEmpty)
  }

  @Test("what a library queues itself is counted and timed", arguments: try ComputeDevice.all())
  func enqueue(device: ComputeDevice) throws {
    let session = try Session(device, profiling: true)
    let buffer = try session.makeBuffer(byteCount: 1 << 20)
    var pattern: UInt8 = 3
    try session.enqueue("library fill") { (queue, event) throws(OpenCLError) in
      let status = clEnqueueFillBuffer(
        queue, buffer.handle, &pattern, 1, 0, buffer.byteCount, 0, nil, event)
      try check(status, "clEnqueueFillBuffer")
    }
    #expect(try session.read(buffer, as: UInt8(0), count: 4) == [3, 3, 3, 3])
    #expect(try session.takeLaunchRecords().map(\.name) == ["library fill"])
    #expect(session.launchCount == 1)

    let refused = OpenCLError(status: -1011, name: "LibraryRefused", call: "LibraryCall")
    #expect(throws: refused) {
      try session.enqueue("refused") { (_, _) throws(OpenCLError) in throw refused }
    }
    #expect(session.launchCount == 1)
  }

  @Test("work sizes are padded to whole groups")
  func workSizes() {
    #expect(WorkSize(33, 8).padded(toGroupsOf: WorkSize(16, 8)) == WorkSize(48, 8))
    #expect(WorkSize(2, 3, 4).count == 24)
    #expect(WorkSize(2, 3, 4).description == "2×3×4")
  }
}
