import COpenCL
import Synchronization

extension Session {
  /// Queues a write of the bytes, which may change or go once this returns.
  ///
  /// They are copied to staging memory. With several writes under way it waits for the oldest.
  package func write(
    _ bytes: UnsafeRawBufferPointer, to buffer: DeviceBuffer, offset: Int = 0
  ) throws(OpenCLError) {
    try uploads.withLock { (uploads) throws(OpenCLError) in
      try uploads.write(bytes, to: buffer, offset: offset, queue: queueHandle)
    }
    try flush()
  }

  /// Waits for all that is queued and copies bytes of the buffer to the host.
  package func read(
    _ buffer: DeviceBuffer, offset: Int = 0, into bytes: UnsafeMutableRawBufferPointer
  ) throws(OpenCLError) {
    guard bytes.count > 0 else { return }
    waits.add()
    let status = clEnqueueReadBuffer(
      queueHandle, buffer.handle, cl_bool(CL_TRUE), offset, bytes.count, bytes.baseAddress, 0,
      nil, nil)
    try check(
      status, "clEnqueueReadBuffer", detail: rangeReport(bytes.count, offset, buffer))
  }

  /// Queues a read behind all that is queued and returns at once.
  package func beginRead(
    _ buffer: DeviceBuffer, offset: Int = 0, byteCount: Int
  ) throws(OpenCLError) -> PendingRead {
    let transfer = HostTransfer(byteCount: byteCount, waits)
    if byteCount > 0 {
      try transfer.start(
        "clEnqueueReadBuffer", detail: rangeReport(byteCount, offset, buffer)
      ) { memory, event in
        clEnqueueReadBuffer(
          queueHandle, buffer.handle, cl_bool(CL_FALSE), offset, byteCount, memory, 0, nil, event)
      }
      try flush()
    }
    return PendingRead(transfer)
  }

  /// Queues a fill of `byteCount` bytes with copies of `pattern`, whose size divides both the
  /// offset and the count.
  package func fill<Pattern: BitwiseCopyable>(
    _ buffer: DeviceBuffer, with pattern: Pattern, offset: Int = 0, byteCount: Int
  ) throws(OpenCLError) {
    guard byteCount > 0 else { return }
    let status = withUnsafeBytes(of: pattern) { pattern in
      clEnqueueFillBuffer(
        queueHandle, buffer.handle, pattern.baseAddress, pattern.count, offset, byteCount, 0, nil,
        nil)
    }
    try check(status, "clEnqueueFillBuffer", detail: rangeReport(byteCount, offset, buffer))
  }

  /// Queues a copy between two buffers, or two parts of one that do not overlap.
  package func copy(
    _ source: DeviceBuffer, offset sourceOffset: Int = 0, to target: DeviceBuffer,
    offset targetOffset: Int = 0, byteCount: Int
  ) throws(OpenCLError) {
    guard byteCount > 0 else { return }
    let status = clEnqueueCopyBuffer(
      queueHandle, source.handle, target.handle, sourceOffset, targetOffset, byteCount, 0, nil,
      nil)
    try check(
      status, "clEnqueueCopyBuffer",
      detail: rangeReport(byteCount, sourceOffset, source) + " to "
        + rangeReport(byteCount, targetOffset, target))
  }
}
