import Backends
import Testing
import Verification

/// Every operation on every OpenCL device, against the reference.
@Suite struct ConformanceTests {
  /// Rows without some of the ways to compute a case, of which each is still tried in many cases.
  ///
  /// All ways in all cases, as `gpu-train verify` tries them, take a driver minutes to compile.
  private static func inTurns(_ rows: [ConformanceRow]) -> [ConformanceRow] {
    scale == .full ? rows : rows.map { $0.takingTurns(at: 2) }
  }

  @Test func anOpenCLDeviceIsPresent() {
    #expect(
      !TestedDevice.all.isEmpty,
      "there is nothing to test: install an OpenCL driver, such as pocl-opencl-icd")
  }

  @Test(arguments: TestedDevice.all, inTurns(ConformanceTable.rows(scale)))
  func agreesWithTheReference(device: TestedDevice, row: ConformanceRow) {
    report(row.findings(.forward, on: device.open))
  }

  @Test(arguments: TestedDevice.all, inTurns(RandomCases.rows(scale)))
  func agreesWithTheReferenceInRandomCases(device: TestedDevice, row: ConformanceRow) {
    report(row.findings(.forward, on: device.open))
  }

  @Test(arguments: TestedDevice.all, inTurns(ConformanceTable.rows(min(scale, .standard))))
  func givesTheSameBitsAgain(device: TestedDevice, row: ConformanceRow) {
    report(row.findings(.repeatability, on: device.open))
  }
}
