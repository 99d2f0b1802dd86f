import Backends
import Testing
import Verification

/// Every operation on every OpenCL device, against the reference.
@Suite struct ConformanceTests {
  @Test func anOpenCLDeviceIsPresent() {
    #expect(
      !TestedDevice.all.isEmpty,
      "there is nothing to test: install an OpenCL driver, such as pocl-opencl-icd")
  }

  @Test(arguments: TestedDevice.all, ConformanceTable.rows(scale))
  func agreesWithTheReference(device: TestedDevice, row: ConformanceRow) {
    report(row.findings(.forward, on: device.open))
  }

  @Test(arguments: TestedDevice.all, RandomCases.rows(scale))
  func agreesWithTheReferenceInRandomCases(device: TestedDevice, row: ConformanceRow) {
    report(row.findings(.forward, on: device.open))
  }

  @Test(arguments: TestedDevice.all, ConformanceTable.rows(min(scale, .standard)))
  func givesTheSameBitsAgain(device: TestedDevice, row: ConformanceRow) {
    report(row.findings(.repeatability, on: device.open))
  }
}
