import Backends
import CCLBlast
import CLBlastDatabase
import OpenCL

/// The numbers that CLBlast was told for the devices of a process, and its own.
struct CLBlastSettings: ~Copyable {
  private struct Numbers {
    let own: LibraryParameters
    /// What the library works by now.
    var current: LibraryParameters
    /// What it was asked for last: the same again costs nothing.
    var asked = LibraryParameters()
  }

  private var devices: [OpaquePointer: Numbers] = [:]

  /// Tells the library what it does not yet work by.
  mutating func set(
    _ parameters: LibraryParameters, on device: ComputeDevice
  ) throws(OpenCLError) {
    var numbers = try numbers(of: device)
    guard numbers.asked != parameters else { return }
    for (kernel, values) in parameters.kernels
    where CLBlastKernel(rawValue: kernel)?.works(by: values) != true {
      throw OpenCLError(
        status: invalidValue, call: "CLBlastOverrideParameters",
        detail: "CLBlast's \(kernel) cannot work by \(values.sorted { $0.key < $1.key })")
    }
    let wanted = numbers.own.merging(parameters).kernels.sorted { $0.key < $1.key }
    for (kernel, values) in wanted where numbers.current.kernels[kernel] != values {
      try Self.override(kernel, values, on: device)
      numbers.current.kernels[kernel] = values
      devices[device.id] = numbers
    }
    numbers.asked = parameters
    devices[device.id] = numbers
  }

  private mutating func numbers(of device: ComputeDevice) throws(OpenCLError) -> Numbers {
    if let known = devices[device.id] { return known }
    var own = LibraryParameters()
    for kernel in CLBlastKernel.allCases {
      own.kernels[kernel.rawValue] = try Self.ownNumbers(kernel.rawValue, on: device)
    }
    let numbers = Numbers(own: own, current: own)
    devices[device.id] = numbers
    return numbers
  }

  private static func ownNumbers(
    _ kernel: String, on device: ComputeDevice
  ) throws(OpenCLError) -> [String: Int] {
    var numbers: [String: Int] = [:]
    let status = withUnsafeMutablePointer(to: &numbers) { numbers in
      CLBlastVisitSingleParameters(device.id, kernel, numbers) { numbers, name, value in
        guard let name else { return }
        numbers?.assumingMemoryBound(to: [String: Int].self)
          .pointee[String(cString: name)] = value
      }
    }
    try checkCLBlast(CLBlastStatusCode(rawValue: status), "RetrieveParameters", kernel)
    return numbers
  }

  private static func override(
    _ kernel: String, _ numbers: [String: Int], on device: ComputeDevice
  ) throws(OpenCLError) {
    let list = numbers.sorted { $0.key < $1.key }
    let status = withCStrings(list.map(\.key)) { names in
      CLBlastOverrideParameters(
        device.id, kernel, CLBlastPrecisionSingle, list.count, names, list.map(\.value))
    }
    try checkCLBlast(status, "CLBlastOverrideParameters", "\(kernel) \(list)")
  }
}

/// `CL_INVALID_VALUE`.
private let invalidValue: Int32 = -30

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
