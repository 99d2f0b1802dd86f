import COpenCL

/// Memory on a device, given back to the driver when the last reference goes.
///
/// Commands already queued keep it alive: the driver retains what they use.
package final class DeviceBuffer: Sendable {
  /// The size in bytes.
  package let byteCount: Int
  private let memory: Handle

  /// The raw object, valid while this buffer lives.
  package var handle: cl_mem { memory.raw }

  init(context: cl_context, byteCount: Int, device: ComputeDevice) throws(OpenCLError) {
    self.byteCount = byteCount
    memory = try Handle(
      "clCreateBuffer", release: clReleaseMemObject,
      detail: "asked for \(byteCount) bytes; \(device) allows \(device.maxAllocationBytes) "
        + "in one buffer and has \(device.memoryBytes)"
    ) { status in
      clCreateBuffer(context, cl_mem_flags(CL_MEM_READ_WRITE), byteCount, nil, status)
    }
  }
}
