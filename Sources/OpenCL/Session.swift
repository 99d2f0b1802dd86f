import COpenCL
import Synchronization

/// One context and one in-order queue of a device: what is queued runs in the order it was queued.
///
/// May be used from several threads.
package final class Session: Sendable {
  /// The device.
  package let device: ComputeDevice
  /// Whether launches are timed.
  package let isProfiling: Bool

  private let memory: MemoryBudget
  private let programCache: ProgramCache?
  let launches = Mutex(LaunchLog())
  let waits = WaitCount()
  let uploads: Mutex<UploadRing>
  let commandBuffers = Mutex<CommandBufferChoice?>(nil)
  private let queue: Handle
  private let context: Handle

  /// The raw context, valid while the session lives.
  package var contextHandle: cl_context { context.raw }
  /// The raw queue, valid while the session lives.
  package var queueHandle: cl_command_queue { queue.raw }

  /// Opens the device, with all of its memory and the user's cache of compiled programs.
  package convenience init(_ device: ComputeDevice, profiling: Bool = false) throws(OpenCLError) {
    try self.init(device, profiling: profiling, programCache: .standard(for: device))
  }

  /// Opens the device with a chosen place for compiled programs, where `nil` keeps none, and a
  /// limit to what its buffers may take together, by default all of the device's memory.
  package init(
    _ device: ComputeDevice, profiling: Bool = false, programCache: ProgramCache?,
    memoryLimit: Int? = nil
  ) throws(OpenCLError) {
    self.device = device
    uploads = Mutex(UploadRing(waits))
    memory = MemoryBudget(device, limit: memoryLimit ?? device.memoryBytes)
    isProfiling = profiling
    self.programCache = programCache
    let context = try Handle(
      "clCreateContext", release: clReleaseContext, detail: device.description
    ) { status in
      let properties: [cl_context_properties] = [
        cl_context_properties(CL_CONTEXT_PLATFORM),
        cl_context_properties(bitPattern: device.platform.id), 0,
      ]
      var id: cl_device_id? = device.id
      return clCreateContext(properties, 1, &id, nil, nil, status)
    }
    let raw = context.raw
    queue = try Handle(
      "clCreateCommandQueue", release: clReleaseCommandQueue, detail: device.description
    ) { status in
      let properties = profiling ? cl_command_queue_properties(CL_QUEUE_PROFILING_ENABLE) : 0
      return clCreateCommandQueue(raw, device.id, properties, status)
    }
    self.context = context
  }

  /// How many bytes the buffers that live take together.
  package var allocatedBytes: Int { memory.takenBytes }

  /// Memory of this size, at least 1 byte, with undefined contents.
  package func makeBuffer(byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    let buffer = try DeviceBuffer(context: contextHandle, byteCount: byteCount, budget: memory)
    // Many drivers find the memory only when a command needs it. Asking for the buffer to be moved
    // to the device, without contents, has a lack of memory reported here and not in a launch.
    var raw: cl_mem? = buffer.handle
    let flags = cl_mem_migration_flags(CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED)
    try check(
      clEnqueueMigrateMemObjects(queueHandle, 1, &raw, flags, 0, nil, nil),
      "clEnqueueMigrateMemObjects", detail: memory.report(asked: byteCount))
    return buffer
  }

  /// Compiles a program in the language version of the device; errors call it `name`.
  package func makeProgram(
    source: String, options: String = "", name: String
  ) throws(OpenCLError) -> Program {
    let all = [device.languageVersion.buildOption, options].filter { !$0.isEmpty }
    return try Program(
      source: source, options: all.joined(separator: " "), name: name, context: contextHandle,
      device: device, cache: programCache)
  }

  /// Hands what is queued to the device.
  package func flush() throws(OpenCLError) { try check(clFlush(queueHandle), "clFlush") }

  /// Waits until all that is queued has ended.
  package func finish() throws(OpenCLError) {
    waits.add()
    try check(clFinish(queueHandle), "clFinish")
  }

  /// How often the host has waited for the device so far, but for the times of launches.
  package var waitCount: Int { waits.value }
}
