import Backends
import Glibc
import Synchronization

/// Memory of the processor, aligned to cache lines and entered in its backend's accounts.
final class CPUStorage: Storage, @unchecked Sendable {
  /// A cache line, and the widest vector of any processor.
  private static let alignment = 64

  let base: UnsafeMutableRawPointer
  private let ledger: MemoryLedger

  init(byteCount: Int, ledger: MemoryLedger) throws(AllocationFailure) {
    try ledger.add(byteCount)
    var pointer: UnsafeMutableRawPointer?
    let status = posix_memalign(&pointer, CPUStorage.alignment, max(byteCount, 1))
    guard status == 0, let pointer else {
      ledger.remove(byteCount)
      throw ledger.failure(byteCount)
    }
    base = pointer
    self.ledger = ledger
    super.init(byteCount: byteCount)
  }

  deinit {
    free(base)
    ledger.remove(byteCount)
  }
}

/// How much memory a backend holds.
final class MemoryLedger: Sendable {
  private let capacity: Int
  private let use = Mutex(MemoryUse(live: 0, pooled: 0, peak: 0))

  /// - Parameter capacity: The machine's memory in bytes. More is refused at once, because Linux
  ///   would grant it and end the program when it is used.
  init(capacity: Int) { self.capacity = capacity }

  var current: MemoryUse { use.withLock { $0 } }

  func resetPeaks() { use.withLock { $0.resetPeaks() } }

  func add(_ byteCount: Int) throws(AllocationFailure) {
    let fits = use.withLock { use in
      guard byteCount <= capacity - use.live else { return false }
      use.live += byteCount
      use.raisePeaks()
      return true
    }
    guard fits else { throw failure(byteCount) }
  }

  func remove(_ byteCount: Int) { use.withLock { $0.live -= byteCount } }

  func failure(_ byteCount: Int) -> AllocationFailure {
    AllocationFailure(byteCount: byteCount, liveByteCount: current.live, capacity: capacity)
  }
}

/// The machine's memory does not suffice for an array.
public struct AllocationFailure: Error, CustomStringConvertible {
  /// The bytes asked for.
  public let byteCount: Int
  /// The bytes that living arrays held.
  public let liveByteCount: Int
  /// The bytes of memory the machine has.
  public let capacity: Int

  /// What happened and what to do.
  public var description: String {
    "cpu: no memory for an array of \(byteCount) bytes (\(liveByteCount) bytes are in use, the "
      + "machine has \(capacity)); use a smaller batch or a smaller model"
  }
}
