import BackendCPU
import BackendOpenCL
import Backends
import Glibc
import OpenCL
import Testing

/// An OpenCL device of this machine with one of the two styles of kernels.
struct TestedDevice: Sendable, CustomTestStringConvertible {
  let device: ComputeDevice
  let style: OpenCLBackend.KernelStyle
  let backend: OpenCLBackend

  /// Such as `0:0 pthread-skylake, cpu kernels`.
  var testDescription: String { "\(device), \(style) kernels" }

  /// Every device with the kernels for processors and with those for graphics processors: both
  /// have to be right anywhere, whichever the device would choose.
  static let all: [TestedDevice] = {
    do {
      return try ComputeDevice.all().flatMap { device in
        try [OpenCLBackend.KernelStyle.cpu, .gpu].map { style in
          try TestedDevice(
            device: device, style: style,
            backend: OpenCLBackend(device, kernelStyle: style, products: products))
        }
      }
    } catch {
      fatalError("the conformance tests cannot open the OpenCL devices: \(error)")
    }
  }()

  /// Under a simulator only the project's own products: CLBlast's kernels take it minutes each.
  private static let products: ProductProviderName? = scale == .reduced ? .panels : nil

  /// A runner that compares with the reference.
  var runner: ConformanceRunner { ConformanceRunner(reference: Self.reference, device: backend) }

  /// What is right.
  static let reference = CPUBackend()
}

/// How much of the table is run: all, unless `NEEDLETAIL_CONFORMANCE` is `reduced`.
let scale: Scale = {
  guard let value = getenv("NEEDLETAIL_CONFORMANCE") else { return .full }
  switch String(cString: value) {
  case "full": return .full
  case "reduced": return .reduced
  case let other: fatalError("NEEDLETAIL_CONFORMANCE is '\(other)', not 'full' or 'reduced'")
  }
}()

extension ConformanceRow: CustomTestStringConvertible {
  /// The operation and its use.
  var testDescription: String { "\(operation.rawValue): \(name)" }
}

/// Reports findings, the first of them in full.
func report(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
  for finding in findings.prefix(5) {
    Issue.record("\(finding.description)", sourceLocation: sourceLocation)
  }
  if findings.count > 5 {
    Issue.record("and \(findings.count - 5) more", sourceLocation: sourceLocation)
  }
}
