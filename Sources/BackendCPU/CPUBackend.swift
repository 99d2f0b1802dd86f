import Backends
import COpenBLAS
import Glibc

/// The reference every other backend is checked against: plain loops and OpenBLAS products.
///
/// It is written to be read and to be accurate before it is written to be fast. Sums are
/// accumulated in double precision and rounded once; products and convolutions are OpenBLAS's
/// single-precision `sgemm`. An operation has finished when its call returns. Loops are split over
/// the cores only where every element is computed on its own, so that the split does not show in
/// the results.
public final class CPUBackend: Backend {
  /// What the device is.
  public let description: DeviceDescription

  let ledger: MemoryLedger

  /// Makes a backend with accounts of its own.
  public init() {
    description = .reference
    ledger = MemoryLedger(capacity: description.memoryBytes)
  }

  /// Computes in float32 only.
  public func offers(_ precision: MatrixPrecision) -> Bool { precision == .float32 }

  /// Returns at once: every operation has finished when its call returns.
  public func synchronize() {}
}

extension DeviceDescription {
  /// The processor this program runs on.
  fileprivate static var reference: DeviceDescription {
    let processor = ProcessorInformation.read()
    return DeviceDescription(
      name: "cpu", kind: .reference,
      summary: "\(processor.model), reference loops and OpenBLAS without OpenCL",
      vendor: processor.vendor, driver: String(cString: openblas_get_config()),
      memoryBytes: sysconf(CInt(_SC_PHYS_PAGES)) * sysconf(CInt(_SC_PAGESIZE)),
      computeUnits: processorCount)
  }
}

/// What Linux says about the processor.
private struct ProcessorInformation {
  var model = "processor"
  var vendor = "unknown"

  /// Reads the first processor's entry; what an architecture does not report keeps its default.
  static func read() -> ProcessorInformation {
    var information = ProcessorInformation()
    guard let file = fopen("/proc/cpuinfo", "r") else { return information }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer {
      free(line)
      fclose(file)
    }
    // The entry ends at the first empty line.
    while getline(&line, &capacity, file) > 1, let line {
      let parts = String(cString: line).split(separator: ":", maxSplits: 1)
      guard let value = parts.last, parts.count == 2 else { continue }
      let text = String(value.drop(while: \.isWhitespace).prefix { !$0.isNewline })
      if parts[0].hasPrefix("model name") { information.model = text }
      if parts[0].hasPrefix("vendor_id") { information.vendor = text }
    }
    return information
  }
}
