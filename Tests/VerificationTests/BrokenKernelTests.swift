import BackendOpenCL
import Backends
import OpenCL
import Tensors
import Testing
import Verification

/// What breaks a kernel breaks the verification of its operation.
@Suite struct BrokenKernelTests {
  /// A processor where there is one: it runs work-items one after another, so that what is not
  /// synchronised is wrong every time.
  private static let device: ComputeDevice? = {
    do {
      let devices = try ComputeDevice.all()
      return devices.first { $0.kind == .cpu } ?? devices.first
    } catch { fatalError("the OpenCL devices cannot be listed: \(error)") }
  }()

  private static let breakages = Breakage.all.filter { !$0.isRace || device?.kind == .cpu }

  @Test(arguments: breakages)
  func areReported(_ breakage: Breakage) throws {
    let sources = try #require(breakage.sources, "the text is not in \(breakage.file).cl")
    let broken = try verify(breakage, sources)
    #expect(broken.cell(breakage.operation, breakage.mode, target: 0)?.status == .failed)
    #expect(broken.failureCount > 0)
    #expect(broken.findings.allSatisfy { $0.finding.operation == breakage.operation })

    let unbroken = try verify(breakage, .embedded)
    #expect(unbroken.isComplete)
    #expect(unbroken.cell(breakage.operation, breakage.mode, target: 0)?.status == .passed)
    #expect(unbroken.findings.isEmpty, "\(unbroken.findings.map(\.finding.description))")
  }

  @Test func concernManyFamiliesOfKernels() {
    #expect(Set(Breakage.all.map(\.file)).count >= 8)
    #expect(Breakage.all.contains { $0.isRace })
  }

  @Test func aKernelThatDoesNotCompileFails() throws {
    let target = try target(.cpu, KernelSources.embedded.replacing("softmax", with: "nonsense;"))
    let row = try #require(
      RowSelection.rows(matching: "softmax/plain", in: VerificationTable.rows(.reduced)).first)
    let report = Verifier([.init(row, case: 0)], on: [target], modes: [.forward]).run()
    #expect(report.cell("softmax", .forward, target: 0)?.status == .failed)
    let finding = try #require(report.findings.first?.finding)
    #expect(!finding.isUnsupported)
    #expect(finding.problem.contains("CL_BUILD_PROGRAM_FAILURE"))
  }

  /// Verifies the operation concerned with some kernels.
  private func verify(
    _ breakage: Breakage, _ sources: KernelSources
  ) throws -> VerificationReport {
    let rows = RowSelection.rows(
      matching: breakage.operation, in: VerificationTable.rows(.reduced)
    ).filter { $0.modes.contains(breakage.mode) }
    return Verifier(
      rows.map { Verifier.Selection($0) }, on: [try target(breakage.kernels, sources)],
      modes: [breakage.mode]
    ).run()
  }

  private func target(
    _ kernels: KernelStyle, _ sources: KernelSources
  ) throws -> VerificationTarget {
    let device = try #require(Self.device, "there is no OpenCL device")
    let backend = try OpenCLBackend(
      device, kernelStyle: kernels, products: .panels, sources: sources,
      emulatesMatrixUnits: true)
    return VerificationTarget(backend.description, kernels: kernels) { Device(backend) }
  }
}
