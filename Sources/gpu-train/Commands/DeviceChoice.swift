import Needletail

extension Device {
  /// Names that need no number, for suggestions.
  private static let fixedNames = ["auto", "cpu", "opencl", "gpu"]

  /// What the device of a name is.
  ///
  /// A name that can be no device's is a mistake on the command line; one that another machine has
  /// is not.
  static func chosenDescription(_ name: String) throws -> DeviceDescription {
    guard fixedNames.contains(name) || name.isOpenCLName else {
      let suggestion = nearest(to: name, in: fixedNames).map { ". Did you mean '\($0)'?" } ?? ""
      let known = (fixedNames + (try descriptions().map(\.name).filter { $0 != "cpu" }))
      throw UsageError(
        "Unknown device '\(name)': there are \(known.joined(separator: ", "))\(suggestion)")
    }
    return try description(named: name)
  }

  /// Opens the device of the option `--device`, and says so where `auto` finds none of OpenCL, or
  /// where the device does not offer the precision.
  static func chosen(
    _ name: String, for precision: MatrixPrecision = .float32
  ) throws -> Device {
    let device = try Device(named: chosenDescription(name).name)
    if name == "auto", device == .cpu {
      printMessage(
        """
        Note: there is no OpenCL device, so the CPU reference is used; to have one install a \
        driver, such as the package pocl-opencl-icd, which needs no GPU
        """)
    }
    device.noteMissing(precision)
    return device
  }

  /// Says so where it does not offer the precision.
  func noteMissing(_ precision: MatrixPrecision) {
    guard !offers(precision) else { return }
    printMessage("Note: \(name) does not offer \(precision), so it computes in float32")
  }
}

extension String {
  /// Whether this is `opencl:<platform>` or `opencl:<platform>:<device>`.
  fileprivate var isOpenCLName: Bool {
    let parts = split(separator: ":", omittingEmptySubsequences: false)
    return parts.first == "opencl" && [2, 3].contains(parts.count)
      && parts.dropFirst().allSatisfy { UInt16($0) != nil }
  }
}
