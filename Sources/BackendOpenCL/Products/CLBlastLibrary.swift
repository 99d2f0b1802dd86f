import Backends
import CCLBlast
import OpenCL
import Synchronization

/// The library CLBlast on a device, with the numbers its kernels work by.
final class CLBlastLibrary: Sendable {
  private let device: ComputeDevice
  private let state: Mutex<LibraryParameters>

  /// The library on a device with the numbers that tables know for it.
  init(_ device: ComputeDevice, _ parameters: LibraryParameters?) {
    self.device = device
    state = Mutex(parameters ?? .init())
  }

  /// The numbers it works by where a product has none of its own; it keeps its own numbers for
  /// kernels that are not named.
  var parameters: LibraryParameters { state.withLock(\.self) }

  /// Has it work by other numbers from now on.
  func use(_ parameters: LibraryParameters) { state.withLock { $0 = parameters } }

  /// Has the library work by its numbers, and by others for kernels that these name, and calls it
  /// with no call beside it.
  ///
  /// - Throws: `OpenCLError` where the numbers are not those of its kernels.
  func call(
    with others: LibraryParameters = .init(), _ body: () -> CLBlastStatusCode
  ) throws(OpenCLError) -> CLBlastStatusCode {
    let parameters = parameters.merging(others)
    return try processWide.withLock { (settings) throws(OpenCLError) in
      try settings.set(parameters, on: device)
      return body()
    }
  }
}

/// What CLBlast works by, of which it has one set for a device in a process, whoever calls it and
/// whatever the shapes of products are.
///
/// It keeps the programs that it has compiled for every set. It is called with a lock: version 1.5.3
/// compiles a kernel twice, or worse, where two threads use it first.
private let processWide = Mutex(CLBlastSettings())

/// Throws a status of CLBlast, which are OpenCL's and some of its own.
func checkCLBlast(
  _ status: CLBlastStatusCode, _ call: String, _ detail: @autoclosure () -> String
) throws(OpenCLError) {
  guard status != CLBlastSuccess else { return }
  throw OpenCLError(
    status: Int32(truncatingIfNeeded: status.rawValue), call: call, detail: detail())
}
