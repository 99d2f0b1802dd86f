import COpenCL

/// Memory on a device, given back to the driver when the last reference goes.
///
/// Commands already queued keep it alive: the driver retains what they use.
package final class DeviceBuffer: Sendable {
  /// The size in bytes.
  package let byteCount: Int
  private let memory: Handle
  private let budget: MemoryBudget

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
  }

  deinit { budget.giveBack(byteCount) }
}

extension DeviceBuffer: Equatable {
  /// Whether both are the same memory.
  package static func == (a: DeviceBuffer, b: DeviceBuffer) -> Bool { a === b }
}
