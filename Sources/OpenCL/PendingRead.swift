import Synchronization

/// The bytes of a buffer on their way to the host.
package final class PendingRead: Sendable {
  /// How many bytes are read.
  package let byteCount: Int
  private let transfer: Mutex<HostTransfer>

  init(_ transfer: HostTransfer) {
    byteCount = transfer.memory.count
    self.transfer = Mutex(transfer)
  }

  /// Waits for the bytes and lends them.
  package func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(OpenCLError) -> Result {
    let memory = try transfer.withLock { (transfer) throws(OpenCLError) in
      try transfer.wait()
      return UncheckedBytes(bytes: UnsafeRawBufferPointer(transfer.memory))
    }
    // Nothing writes the memory any more, and it lives as long as this object.
    return withExtendedLifetime(self) { body(memory.bytes) }
  }

  /// Waits for the bytes and returns a copy.
  package func wait() throws(OpenCLError) -> [UInt8] { try withBytes { Array($0) } }

  private struct UncheckedBytes: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
  }
}
