/// What kind of hardware a device is.
public enum DeviceKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// A graphics processor.
  case gpu
  /// A processor behind an OpenCL driver.
  case cpu
  /// Another OpenCL accelerator.
  case accelerator
  /// The reference backend, on the processor without OpenCL.
  case reference
}

/// What a user needs to know about a device.
public struct DeviceDescription: Hashable, Sendable {
  /// The name that selects it: `cpu` or `opencl:<platform>:<device>`.
  public var name: String
  /// What it is.
  public var kind: DeviceKind
  /// The hardware and how it is reached, in words.
  public var summary: String
  /// Who made it.
  public var vendor: String
  /// The driver and its version.
  public var driver: String
  /// The device's memory in bytes.
  public var memoryBytes: Int
  /// How many compute units (cores, multiprocessors) it has.
  public var computeUnits: Int
  /// The OpenCL C version, or nil for the reference.
  public var languageVersion: String?
  /// The OpenCL extensions.
  public var extensions: [String]

  /// Makes a description.
  public init(
    name: String, kind: DeviceKind, summary: String, vendor: String, driver: String,
    memoryBytes: Int, computeUnits: Int, languageVersion: String? = nil, extensions: [String] = []
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.vendor = vendor
    self.driver = driver
    self.memoryBytes = memoryBytes
    self.computeUnits = computeUnits
    self.languageVersion = languageVersion
    self.extensions = extensions
  }
}
