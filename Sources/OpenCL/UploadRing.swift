import COpenCL

/// A fixed number of staging blocks, used in turn, from which writes go to the device.
///
/// Before a block is used again its last transfer is waited for: this bounds both the memory and
/// how far the host runs ahead of the device.
struct UploadRing {
  /// The most transfers under way.
  static let blockCount = 8
  /// The largest block, in bytes; longer writes take several.
  static let maxBlockBytes = 4 << 20

  private var blocks: [HostTransfer] = []
  private var next = 0
  private let waits: WaitCount

  init(_ waits: WaitCount) { self.waits = waits }

  /// Copies the bytes and queues their transfer.
  mutating func write(
    _ bytes: UnsafeRawBufferPointer, to buffer: DeviceBuffer, offset: Int,
    queue: cl_command_queue
  ) throws(OpenCLError) {
    var start = 0
    while start < bytes.count {
      let block = UnsafeRawBufferPointer(
        rebasing: bytes[start..<min(start + Self.maxBlockBytes, bytes.count)])
      let position = offset + start
      let transfer = nextTransfer()
      try transfer.reserve(block.count)
      transfer.memory.copyMemory(from: block)
      try transfer.start(
        "clEnqueueWriteBuffer", detail: rangeReport(block.count, position, buffer)
      ) { memory, event in
        clEnqueueWriteBuffer(
          queue, buffer.handle, cl_bool(CL_FALSE), position, block.count, memory, 0, nil, event)
      }
      start += block.count
    }
  }

  private mutating func nextTransfer() -> HostTransfer {
    if blocks.count < Self.blockCount {
      blocks.append(HostTransfer(byteCount: 0, waits))
      return blocks[blocks.count - 1]
    }
    defer { next = (next + 1) % Self.blockCount }
    return blocks[next]
  }
}

/// What an error says about a transfer that does not fit its buffer.
func rangeReport(_ byteCount: Int, _ offset: Int, _ buffer: DeviceBuffer) -> String {
  "\(byteCount) bytes from \(offset) of a buffer of \(buffer.byteCount)"
}
