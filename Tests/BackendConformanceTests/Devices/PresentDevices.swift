import BackendOpenCL
import Backends
import Glibc
import OpenCL
import Tensors
import Testing
import Verification

/// An OpenCL device of this machine with one of the two styles of kernels.
struct TestedDevice: Sendable, CustomTestStringConvertible {
  let device: ComputeDevice
  let style: KernelStyle
  let backend: OpenCLBackend

  /// Such as `0:0 pthread-skylake, cpu kernels`.
  var testDescription: String { "\(device), \(style) kernels" }

  /// Every device with the kernels for processors and with those for graphics processors: both
  /// have to be right anywhere, whichever the device would choose.
  static let all: [TestedDevice] = {
    do {
      return try ComputeDevice.all().flatMap { device in
        try [KernelStyle.cpu, .gpu].map { style in
          try TestedDevice(device, style)
        }
      }
    } catch {
      fatalError("the conformance tests cannot open the OpenCL devices: \(error)")
    }
  }()

  private init(_ device: ComputeDevice, _ style: KernelStyle) throws {
    self.device = device
    self.style = style
    backend = try Self.open(device, style)
  }

  /// Opens the device; with each style it has another provider of products.
  ///
  /// Under a simulator only the project's own: CLBlast's kernels take it minutes each.
  private static func open(
    _ device: ComputeDevice, _ style: KernelStyle
  ) throws -> OpenCLBackend {
    let products: ProductAlgorithm = style == .cpu ? .panels : scale == .reduced ? .tiles : .clblast
    // Without units of the device's own, to test what else their kernels do.
    return try OpenCLBackend(
      device, kernelStyle: style, products: products, emulatesMatrixUnits: style == .gpu)
  }

  /// The device for a case.
  ///
  /// At reduced scale each case opens the device for itself, because of how Oclgrind looks for
  /// uninitialised memory: only the thread that opened a device may use it, and tests change threads;
  /// and once a buffer was written by the host, what kernels write behind that counts as
  /// uninitialised, so that a buffer must not come from the pool for a longer array.
  func open() throws -> Device {
    Device(scale == .reduced ? try Self.open(device, style) : backend)
  }
}

/// How much of the table is run: the standard scale unless `NEEDLETAIL_CONFORMANCE` is `reduced` or
/// `full`.
let scale: Scale = {
  guard let text = getenv("NEEDLETAIL_CONFORMANCE") else { return .standard }
  let value = String(cString: text)
  guard let scale = Scale(rawValue: value) else {
    fatalError("NEEDLETAIL_CONFORMANCE is '\(value)', not 'full', 'standard' or 'reduced'")
  }
  return scale
}()

/// Reports findings, the first of them in full.
func report(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
  for finding in findings.prefix(5) {
    Issue.record("\(finding.description)", sourceLocation: sourceLocation)
  }
  if findings.count > 5 {
    Issue.record("and \(findings.count - 5) more", sourceLocation: sourceLocation)
  }
}
