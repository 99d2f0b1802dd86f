import BackendOpenCL
import Backends
import OpenCL
import Synchronization
import Tensors
import Testing
import Verification

/// What a report says of devices that fail, lack something or are the reference.
@Suite struct ReportTests {
  /// What a device without something says.
  private struct Limit: DeviceLimitation {
    let limitation: String?
  }

  private static let rows = RowSelection.rows(
    matching: "softmax", in: VerificationTable.rows(.reduced))

  private static let device = DeviceDescription(
    name: "opencl:7:7", kind: .gpu, summary: "a device for tests", vendor: "", driver: "",
    memoryBytes: 1, computeUnits: 1)

  private func report(
    _ modes: [VerificationMode] = [.forward], opening: @escaping @Sendable () throws -> Device
  ) -> VerificationReport {
    let target = VerificationTarget(Self.device, opening: opening)
    return Verifier(Self.rows.map { Verifier.Selection($0) }, on: [target], modes: modes).run()
  }

  private func expectUnsupported(_ report: VerificationReport, because reason: String) {
    let cell = report.cell("softmax", .forward, target: 0)
    #expect(cell?.status == .unsupported)
    #expect(cell?.unsupportedCount == cell?.caseCount)
    #expect(report.isComplete)
    #expect(report.failureCount == 0)
    #expect(report.unsupportedCount == report.total)
    for (_, finding) in report.findings {
      #expect(finding.isUnsupported)
      #expect(finding.problem.contains(reason))
    }
  }

  @Test func aDeviceThatLacksSomethingIsUnsupportedWithTheReason() {
    expectUnsupported(
      report { throw Limit(limitation: "no 64-bit integers") }, because: "no 64-bit integers")
  }

  @Test func aDeviceWithoutCompilerIsUnsupported() {
    expectUnsupported(
      report { throw OpenCLError(status: -3, call: "clBuildProgram") },
      because: "CL_COMPILER_NOT_AVAILABLE")
  }

  @Test(arguments: [-4, -61] as [Int32])
  func arraysLargerThanTheDeviceAllowsAreUnsupported(status: Int32) {
    expectUnsupported(
      report { throw OpenCLError(status: status, call: "clCreateBuffer") },
      because: "clCreateBuffer")
  }

  @Test(arguments: [-5, -11, -36] as [Int32])
  func otherErrorsAreFailures(status: Int32) {
    let report = report { throw OpenCLError(status: status, call: "clEnqueueNDRangeKernel") }
    #expect(report.cell("softmax", .forward, target: 0)?.status == .failed)
    #expect(report.failureCount == report.total)
    #expect(report.unsupportedCount == 0)
  }

  @Test func anErrorThatIsNoLimitIsAFailure() {
    let report = report { throw Limit(limitation: nil) }
    #expect(report.failureCount == report.total)
  }

  @Test func theReferenceIsNotComparedWithItself() {
    let target = VerificationTarget(Device.cpu.details)
    let report = Verifier(Self.rows.map { Verifier.Selection($0) }, on: [target]).run()
    #expect(report.cell("softmax", .forward, target: 0)?.status == .reference)
    #expect(report.cell("softmax", .gradient, target: 0)?.status == .passed)
    #expect(report.cell("softmax", .repeatability, target: 0)?.status == .passed)
    #expect(report.isComplete)
    #expect(report.findings.isEmpty)
  }

  @Test func aDeviceIsOpenedOnceUnlessItIsASimulator() {
    for opensAgain in [false, true] {
      let count = Atomic(0)
      let target = VerificationTarget(Self.device, opensAgain: opensAgain) {
        count.add(1, ordering: .relaxed)
        return .cpu
      }
      let report = Verifier(
        Self.rows.map { Verifier.Selection($0) }, on: [target], modes: [.forward]
      ).run()
      #expect(count.load(ordering: .relaxed) == (opensAgain ? report.total : 1))
    }
  }

  @Test func whatIsStoppedIsNotComplete() {
    let target = VerificationTarget(Self.device) { .cpu }
    let asked = Atomic(0)
    let report = Verifier(Self.rows.map { Verifier.Selection($0) }, on: [target]).run(
      isStopped: { asked.add(1, ordering: .relaxed).newValue > 3 })
    #expect(report.done == 3)
    #expect(!report.isComplete)
    #expect(report.findings.isEmpty)
  }

  /// What is tried of empty products on an OpenCL device, at most so many ways.
  private func waysTried(
    _ level: TuningLevel, stoppingAfter limit: Int = .max
  ) throws -> (ways: [String], report: VerificationReport) {
    let opencl = try #require(try ComputeDevice.all().first, "there is no OpenCL device")
    let target = VerificationTarget(Self.device) {
      Device(try OpenCLBackend(opencl, kernelStyle: .cpu, choices: Choices()))
    }
    let rows = RowSelection.rows(
      matching: "matrixProduct/nothing to add", in: VerificationTable.rows(.standard, level))
    let row = try #require(rows.first)
    var ways: [String] = []
    let report = Verifier([.init(row, case: 0)], on: [target], modes: [.forward]).run(
      isStopped: { ways.count >= limit },
      progress: { what, _ in if what != row.operationName { ways.append(what) } })
    return (ways, report)
  }

  @Test func eachWayToComputeAProductIsShownBeforeItIsTried() throws {
    let (ways, report) = try waysTried(.quick)
    #expect(ways.count >= 5)
    #expect(Set(ways).count == ways.count)
    #expect(ways.contains("matrixProduct by clblast"))
    #expect(report.isComplete)
    #expect(report.findings.isEmpty)
    let thorough = try waysTried(.normal).ways
    #expect(Set(thorough).isStrictSuperset(of: ways))
    #expect(thorough.contains { $0.contains("XGEMM_MIN_INDIRECT_SIZE") })
  }

  @Test func aCaseIsStoppedBetweenTwoWays() throws {
    let (ways, report) = try waysTried(.quick, stoppingAfter: 2)
    #expect(ways.count == 2)
    #expect(report.done == 0)
    #expect(!report.isComplete)
    #expect(report.findings.isEmpty)
  }

  @Test func aSingleCaseCanBeTried() throws {
    let row = try #require(Self.rows.first)
    let target = VerificationTarget(Self.device) { .cpu }
    let report = Verifier([.init(row, case: 2)], on: [target], modes: [.forward]).run()
    #expect(report.total == 1)
    #expect(report.cell("softmax", .forward, target: 0)?.caseCount == 1)
  }
}
