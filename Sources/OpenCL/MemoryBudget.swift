import COpenCL
import Synchronization

/// How much of a device's memory a session's buffers take, and that they take no more than all.
///
/// Drivers for CPUs give out more memory than there is, and the program is killed when it uses it;
/// with the budget it gets an error instead.
final class MemoryBudget: Sendable {
  private let device: ComputeDevice
  private let limit: Int
  private let taken = Mutex(0)

  init(_ device: ComputeDevice, limit: Int) {
    self.device = device
    self.limit = limit
  }

  /// The bytes taken and not given back.
  var takenBytes: Int { taken.withLock { $0 } }

  /// Takes bytes, or throws in the name of a call that would exceed the limit.
  func take(_ byteCount: Int, for call: String) throws(OpenCLError) {
    let fits = taken.withLock { taken in
      guard byteCount <= limit - taken else { return false }
      taken += byteCount
      return true
    }
    guard fits else {
      throw OpenCLError(
        status: CL_MEM_OBJECT_ALLOCATION_FAILURE, call: call, detail: report(asked: byteCount))
    }
  }

  /// Gives back bytes that were taken.
  func giveBack(_ byteCount: Int) { taken.withLock { $0 -= byteCount } }

  /// What an error says about a request that failed.
  func report(asked byteCount: Int) -> String {
    "asked \(device) for \(byteCount) bytes with \(takenBytes) of \(limit) in use; one buffer "
      + "may have \(device.maxAllocationBytes)"
  }
}
