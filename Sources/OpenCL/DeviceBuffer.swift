import COpenCL

/// Memory on a device, given back to the driver when the last reference goes.
///
/// Commands already queued keep it alive: the driver retains what they use.
package final class DeviceBuffer: Sendable {
  /// The size in bytes.
  package let byteCount: Int
  private let memory: Handle
  /// What is told when it ends; nil for a part of another buffer.
  private let budget: MemoryBudget?
  /// What it is a part of.
  private let whole: DeviceBuffer?

  /// The raw object, valid while this buffer lives.
  package var handle: cl_mem { memory.raw }

  init(context: cl_context, byteCount: Int, budget: MemoryBudget) throws(OpenCLError) {
    let call = "clCreateBuffer"
    try budget.take(byteCount, for: call)
    do {
      memory = try Handle(
        call, release: clReleaseMemObject, detail: budget.report(asked: byteCount)
      ) { status in
        clCreateBuffer(context, cl_mem_flags(CL_MEM_READ_WRITE), byteCount, nil, status)
      }
    } catch {
      budget.giveBack(byteCount)
      throw error
    }
    self.byteCount = byteCount
    self.budget = budget
    whole = nil
  }

  private init(_ whole: DeviceBuffer, offset: Int, byteCount: Int) throws(OpenCLError) {
    memory = try Handle(
      "clCreateSubBuffer", release: clReleaseMemObject,
      detail: rangeReport(byteCount, offset, whole)
    ) { status in
      var region = cl_buffer_region(origin: offset, size: byteCount)
      return clCreateSubBuffer(
        whole.handle, cl_mem_flags(CL_MEM_READ_WRITE),
        cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, status)
    }
    self.byteCount = byteCount
    budget = nil
    self.whole = whole
  }

  deinit { budget?.giveBack(byteCount) }

  /// A part as a buffer of its own, which keeps the whole.
  ///
  /// - Parameter offset: A multiple of the device's `bufferAlignment`.
  package func part(at offset: Int, byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    try DeviceBuffer(self, offset: offset, byteCount: byteCount)
  }
}

extension DeviceBuffer: Equatable {
  /// Whether both are the same memory.
  package static func == (a: DeviceBuffer, b: DeviceBuffer) -> Bool { a === b }
}
