import Glibc

/// A count that one thread raises and another waits for.
final class Semaphore: @unchecked Sendable {
  // The system's calls may be made from any thread, but the memory must not move.
  private let handle: UnsafeMutablePointer<sem_t>

  init(_ count: Int) {
    handle = .allocate(capacity: 1)
    handle.initialize(to: sem_t())
    sem_init(handle, 0, UInt32(count))
  }

  deinit {
    sem_destroy(handle)
    handle.deallocate()
  }

  /// Adds one.
  func signal() { sem_post(handle) }

  /// Waits until the count is above 0 and takes one off.
  func wait() {
    while sem_wait(handle) != 0 {
      // A signal handler may interrupt the call; nothing else can go wrong with a live semaphore.
      precondition(errno == EINTR, "sem_wait: \(String(cString: strerror(errno)))")
    }
  }
}
