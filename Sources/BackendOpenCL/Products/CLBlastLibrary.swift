import Backends
import CCLBlast
import OpenCL
import Synchronization

/// The library CLBlast on a device, with the numbers its kernels work by.
///
/// CLBlast has one set of numbers for a device, whatever the shapes of products are.
final class CLBlastLibrary: Sendable {
  /// The tiles of the kernel Xgemm for processors, found by `gpu-train tune` on pocl: one work-item computes a
  /// tile with vectors of eight and no local memory.
  static let processorTile = [
    "GEMMK": 0, "KREG": 1, "KWG": 32, "KWI": 2, "MDIMA": 1, "MDIMC": 1, "MWG": 128, "NDIMB": 1,
    "NDIMC": 1, "NWG": 32, "SA": 0, "SB": 0, "STRM": 0, "STRN": 0, "VWM": 8, "VWN": 8,
  ]

  private let device: ComputeDevice
  /// What the library is to work by, and whether it has been told.
  private let state: Mutex<(parameters: LibraryParameters, isSet: Bool)>

  init(_ device: ComputeDevice, _ parameters: LibraryParameters?) {
    self.device = device
    let usual: LibraryParameters =
      device.kind == .cpu ? .init(["Xgemm": Self.processorTile]) : .init()
    state = Mutex((parameters ?? usual, isSet: false))
  }

  /// The numbers it works by.
  var parameters: LibraryParameters { state.withLock { $0.parameters } }

  /// Has it work by other numbers from now on.
  ///
  /// - Throws: `OpenCLError` where they are not those of its kernels.
  func use(_ parameters: LibraryParameters) throws(OpenCLError) {
    try state.withLock { (state) throws(OpenCLError) in
      try set(parameters)
      state = (parameters, isSet: true)
    }
  }

  /// Tells the library its numbers before its first product, and lends its lock: CLBlast 1.5.3
  /// compiles a kernel twice, or worse, where two threads use it first.
  func call(_ body: () -> CLBlastStatusCode) throws(OpenCLError) -> CLBlastStatusCode {
    try state.withLock { (state) throws(OpenCLError) in
      if !state.isSet {
        try set(state.parameters)
        state.isSet = true
      }
    }
    return oneAtATime.withLock { _ in body() }
  }

  private func set(_ parameters: LibraryParameters) throws(OpenCLError) {
    for (kernel, numbers) in parameters.kernels.sorted(by: { $0.key < $1.key }) {
      let list = numbers.sorted { $0.key < $1.key }
      let status = oneAtATime.withLock { _ in
        withCStrings(list.map(\.key)) { names in
          CLBlastOverrideParameters(
            device.id, kernel, CLBlastPrecisionSingle, list.count, names, list.map(\.value))
        }
      }
      try checkCLBlast(status, "CLBlastOverrideParameters", "\(kernel) \(list)")
    }
  }
}

private let oneAtATime = Mutex(())

/// Lends strings as an array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  let bytes = strings.map { Array($0.utf8CString) }
  let flat = bytes.flatMap { $0 }
  return flat.withUnsafeBufferPointer { flat in
    var place = 0
    var pointers: [UnsafePointer<CChar>?] = bytes.map { bytes in
      defer { place += bytes.count }
      return flat.baseAddress.map { $0 + place }
    }
    return pointers.withUnsafeMutableBufferPointer { pointers in
      // An array of the names of at least one number has an address.
      body(pointers.baseAddress!)
    }
  }
}

/// Throws a status of CLBlast, which are OpenCL's and some of its own.
func checkCLBlast(
  _ status: CLBlastStatusCode, _ call: String, _ detail: @autoclosure () -> String
) throws(OpenCLError) {
  guard status != CLBlastSuccess else { return }
  throw OpenCLError(
    status: Int32(truncatingIfNeeded: status.rawValue), call: call, detail: detail())
}
