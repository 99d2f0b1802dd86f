import COpenCL

/// A value for one parameter of a kernel.
package enum KernelArgument: Sendable, Equatable {
  /// A `__global` or `__constant` pointer.
  case buffer(DeviceBuffer)
  /// A null pointer for a `__global` parameter that the kernel does not read.
  case noBuffer
  case int32(Int32)
  case uint32(UInt32)
  case int64(Int64)
  case uint64(UInt64)
  case float32(Float)
  /// A `struct` of `int` members, in their order.
  case int32s([Int32])
  /// A `__local` pointer to this many bytes.
  case local(byteCount: Int)

  /// Hands the value to the kernel's parameter, and returns OpenCL's status.
  func set(at index: cl_uint, of kernel: cl_kernel) -> cl_int {
    switch self {
    case .buffer(let buffer): set(buffer.handle, at: index, of: kernel)
    case .noBuffer: clSetKernelArg(kernel, index, MemoryLayout<cl_mem>.size, nil)
    case .int32(let value): set(value, at: index, of: kernel)
    case .uint32(let value): set(value, at: index, of: kernel)
    case .int64(let value): set(value, at: index, of: kernel)
    case .uint64(let value): set(value, at: index, of: kernel)
    case .float32(let value): set(value, at: index, of: kernel)
    case .int32s(let values):
      values.withUnsafeBytes { clSetKernelArg(kernel, index, $0.count, $0.baseAddress) }
    case .local(let byteCount): clSetKernelArg(kernel, index, byteCount, nil)
    }
  }

  private func set<Value: BitwiseCopyable>(
    _ value: Value, at index: cl_uint, of kernel: cl_kernel
  ) -> cl_int {
    withUnsafeBytes(of: value) { clSetKernelArg(kernel, index, $0.count, $0.baseAddress) }
  }
}
