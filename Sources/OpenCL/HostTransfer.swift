import COpenCL
import Synchronization

/// Host memory that a queued transfer uses, never freed nor reused before the transfer ended.
///
/// Not safe to use from two threads at once: its owner keeps it under a lock.
final class HostTransfer: @unchecked Sendable {
  private(set) var memory: UnsafeMutableRawBufferPointer
  private var event: Event?
  private let waits: WaitCount

  init(byteCount: Int, _ waits: WaitCount) {
    memory = Self.allocate(byteCount)
    self.waits = waits
  }

  deinit {
    // The owner no longer asks for the outcome; a failed transfer has ended as well.
    try? event?.wait()
    memory.deallocate()
  }

  /// Waits until the transfer, if one is under way, has ended, and throws if it failed.
  func wait() throws(OpenCLError) {
    guard let event else { return }
    self.event = nil
    waits.add()
    try event.wait()
  }

  /// Makes room for at least this many bytes; what was in the memory is lost.
  func reserve(_ byteCount: Int) throws(OpenCLError) {
    try wait()
    guard memory.count < byteCount else { return }
    memory.deallocate()
    memory = Self.allocate(byteCount)
  }

  /// Starts a transfer with the memory: `enqueue` queues it and returns OpenCL's status.
  func start(
    _ call: String, detail: @autoclosure () -> String,
    enqueue: (UnsafeMutableRawPointer?, UnsafeMutablePointer<cl_event?>) -> cl_int
  ) throws(OpenCLError) {
    try wait()
    var raw: cl_event?
    try check(enqueue(memory.baseAddress, &raw), call, detail: detail())
    event = raw.map(Event.init(adopting:))
  }

  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    // Drivers transfer fastest from the start of a page.
    UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 4096)
  }
}
