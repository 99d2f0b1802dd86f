import BackendCPU
import BackendOpenCL
import Backends
import Synchronization

/// Where tensors live and are computed: an OpenCL device, or the CPU reference.
///
/// ```swift
/// let device = try Device(named: "auto")
/// try withDevice(device, seed: 42) {
///   print(try (Tensor([1, 2, 3]) * 2).scalars())
/// }
/// ```
public struct Device: Sendable {
  package let context: DeviceContext

  /// The device of a name.
  ///
  /// - `auto`: the best there is: an OpenCL GPU, then an accelerator, then a processor behind
  ///   OpenCL, then the reference.
  /// - `cpu`: the reference backend, without OpenCL.
  /// - `opencl`: the best OpenCL device; `gpu`: the best that is a GPU.
  /// - `opencl:1`: the first device of platform 1; `opencl:0:1`: device 1 of platform 0.
  ///
  /// - Throws: `DeviceError` where there is no such device, with a list of those there are; or what
  ///   the driver said.
  public init(named name: String) throws {
    context = try DeviceRegistry.shared.context(named: name)
  }

  /// Every device: OpenCL's in the order of their platforms, then the reference.
  ///
  /// - Throws: What the OpenCL loader said; an absent loader or driver is no error.
  public static func descriptions() throws -> [DeviceDescription] {
    try OpenCLBackend.devices() + [Device.cpu.details]
  }

  /// The device of a name, as `init(named:)` finds it, without opening it.
  ///
  /// - Throws: As `init(named:)`, but for what a driver says when its device is opened.
  public static func description(named name: String) throws -> DeviceDescription {
    try DeviceRegistry.description(named: name)
  }

  /// Every device, ready for use.
  ///
  /// - Throws: What a driver said when its device was opened.
  public static var all: [Device] {
    get throws { try descriptions().map { try Device(named: $0.name) } }
  }

  /// The CPU reference.
  public static let cpu = Device(context: DeviceContext(CPUBackend()))

  /// The device tensors are made on where none is named: that of the innermost `withDevice`,
  /// otherwise `auto`.
  public static var current: Device { Ambient.device ?? Ambient.defaultDevice }

  /// What the device is.
  public var details: DeviceDescription { context.backend.description }

  /// The name that selects the device: `cpu` or `opencl:<platform>:<device>`.
  public var name: String { details.name }

  /// Memory held on the device.
  public var memoryInUse: MemoryUse { context.backend.memoryInUse }

  /// Measures the peaks of `memoryInUse` anew, from what is held now: before a part of a program
  /// whose memory is to be known.
  ///
  /// ```swift
  /// Device.current.resetPeakMemory()
  /// let scores = model(images)
  /// print(Device.current.memoryInUse.livePeak)
  /// ```
  public func resetPeakMemory() { context.backend.resetPeakMemory() }

  /// Whether the device has units that multiply matrices in a precision; every device computes in
  /// float32.
  ///
  /// It is found out when the precision is first asked for or used: by products whose numbers are
  /// known, not by the device's name.
  ///
  /// ```swift
  /// print(MatrixPrecision.allCases.filter(Device.current.offers))
  /// ```
  public func offers(_ precision: MatrixPrecision) -> Bool { context.backend.offers(precision) }

  /// Waits until everything has been computed.
  ///
  /// - Throws: The first failure since the last read or `synchronize`.
  public func synchronize() throws { try context.synchronize() }

  /// Waits until nothing is compiled in the background any more: before something is timed.
  package func waitForBuilds() { (context.backend as? OpenCLBackend)?.waitForBuilds() }

  fileprivate init(context: DeviceContext) { self.context = context }

  /// A device that computes with a backend of its own.
  package init(_ backend: any Backend) { self.init(context: DeviceContext(backend)) }

  /// Opens a device apart from those that programs share.
  ///
  /// - Parameters:
  ///   - kernels: The style of its kernels, where it is not to be the device's choice.
  ///   - usesCLBlast: Whether CLBlast may compute products, where it is the device's choice.
  ///   - emulatesMatrixUnits: Whether it computes as if it had the units for lower precisions.
  /// - Throws: What the driver said.
  package static func open(
    _ description: DeviceDescription, kernels: KernelStyle? = nil, usesCLBlast: Bool = true,
    emulatesMatrixUnits: Bool = false
  ) throws -> Device {
    guard description.kind != .reference else { return Device(CPUBackend()) }
    return Device(
      try OpenCLBackend(
        description, kernelStyle: kernels, products: usesCLBlast ? nil : .panels,
        emulatesMatrixUnits: emulatesMatrixUnits))
  }

  /// Opens a device apart from those that programs share, to note what it does.
  ///
  /// - Throws: What the driver said.
  package static func openForProfiling(
    _ description: DeviceDescription
  ) throws -> (device: Device, profiler: any Profiler) {
    let profiler: any Profiler =
      description.kind == .reference ? CPUProfiler() : try OpenCLProfiler(description)
    return (Device(profiler.backend), profiler)
  }
}

extension Device: Hashable {
  /// Whether both are the same device.
  public static func == (a: Device, b: Device) -> Bool { a.context === b.context }

  /// Hashes the device's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(context)) }
}

extension Device: CustomStringConvertible {
  /// The name and what is behind it.
  public var description: String { "\(name) (\(details.summary))" }
}

/// Runs the body with a device as the current one, with a seed for all random numbers in it, and with a
/// precision for its matrix products.
///
/// ```swift
/// try withDevice(.cpu, seed: 42) { print(Tensor.normal([3])) }
/// ```
///
/// - Parameters:
///   - device: Where tensors made in the body live.
///   - seed: The seed of weights, dropout masks and shuffles; without one the enclosing random
///     stream goes on.
///   - precision: To what products and convolutions may round what they multiply, forward and
///     backward, on devices that offer it; on others nothing is rounded. Without one the enclosing
///     precision stays, which at first is `.float32`.
public func withDevice<Result>(
  _ device: Device, seed: UInt64? = nil, precision: MatrixPrecision? = nil,
  _ body: () throws -> Result
) rethrows -> Result {
  try Ambient.$device.withValue(device) {
    try MatrixPrecision.$current.withValue(precision ?? .current) {
      guard let seed else { return try body() }
      return try Random.with(RandomState(seed: seed), body)
    }
  }
}

/// Why a device cannot be had.
public struct DeviceError: Error, CustomStringConvertible {
  /// What was asked for, why it cannot be had, and what there is instead.
  public let description: String
}

private enum Ambient {
  @TaskLocal static var device: Device?

  /// The device of programs that name none.
  ///
  /// A driver that fails is reported and passed over, since nobody can catch an error here.
  static let defaultDevice: Device = {
    do { return try Device(named: "auto") } catch {
      printNotice("needletail: using the CPU reference, because: \(error)")
      return .cpu
    }
  }()
}

/// The devices opened so far, each once.
private final class DeviceRegistry: Sendable {
  static let shared = DeviceRegistry()

  private let opened = Mutex<[String: DeviceContext]>([:])

  static func description(named name: String) throws -> DeviceDescription {
    let descriptions = try Device.descriptions()
    guard let description = choose(name, among: descriptions) else {
      throw DeviceError(description: explain(name, descriptions))
    }
    return description
  }

  func context(named name: String) throws -> DeviceContext {
    let description = try DeviceRegistry.description(named: name)
    if description.kind == .reference { return Device.cpu.context }
    return try opened.withLock { opened in
      if let context = opened[description.name] { return context }
      let backend = try OpenCLBackend(description)
      backend.buildAhead()
      let context = DeviceContext(backend)
      opened[description.name] = context
      return context
    }
  }

  private static func choose(
    _ name: String, among devices: [DeviceDescription]
  ) -> DeviceDescription? {
    switch name {
    case "auto": return best(of: devices)
    case "opencl": return best(of: devices.filter { $0.kind != .reference })
    case "gpu": return devices.first { $0.kind == .gpu }
    default: return devices.first { $0.name == name } ?? devices.first { $0.name == name + ":0" }
    }
  }

  private static func best(of devices: [DeviceDescription]) -> DeviceDescription? {
    let order: [DeviceKind] = [.gpu, .accelerator, .cpu, .reference]
    return order.lazy.compactMap { kind in devices.first { $0.kind == kind } }.first
  }

  private static func explain(_ name: String, _ devices: [DeviceDescription]) -> String {
    let list = devices.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
    let wish = ["opencl", "gpu"].contains(name) ? "there is no device of kind" : "unknown device"
    let advice =
      devices.count > 1
      ? ""
      : "; for OpenCL install a driver, such as the package pocl-opencl-icd, which needs no GPU"
    return "\(wish) '\(name)'; there are: auto, \(list)\(advice)"
  }
}
