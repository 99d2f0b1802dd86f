import Backends
import Foundation
import Tensors
import Testing
import Verification
import gpu_train

@Suite("What gpu-train verify prints of a device that fails or lacks something")
struct VerifyReportTests {
  /// Why a device cannot be opened.
  private struct Refusal: Error, CustomStringConvertible {
    let description = "the driver said no"
  }

  private static let row = "softmax/plain of large numbers"

  private func report(
    _ opening: @escaping @Sendable () throws -> Device
  ) throws -> VerificationReport {
    let device = DeviceDescription(
      name: "opencl:7:7", kind: .gpu, summary: "a device for tests", vendor: "", driver: "",
      memoryBytes: 1, computeUnits: 1)
    let rows = RowSelection.rows(matching: Self.row, in: VerificationTable.rows(.reduced))
    let row = try #require(rows.first)
    let target = VerificationTarget(device, kernels: .gpu, opening: opening)
    return Verifier([.init(row, case: 3)], on: [target], modes: [.forward]).run()
  }

  @Test("A failure stands in its cell and below with case, reason and the command to repeat it")
  func failure() throws {
    let report = try report { throw Refusal() }
    let text = VerifyMatrix(report, scale: .reduced).text
    for part in [
      "softmax       1      1  FAILED 1 of 1",
      "FAILED: \(Self.row), forward, on opencl:7:7 gpu kernels", "case 3: [5, 7], [5, 7]; axis 0",
      "threw the driver said no",
      "gpu-train verify --device opencl:7:7 --kernels gpu --scale reduced "
        + "--op 'softmax/plain of large numbers' --case 3 --mode forward",
      "1 case on opencl:7:7 gpu kernels: 1 WRONG",
    ] {
      #expect(text.contains(part), "\(text)")
    }
    #expect(!text.contains("unsupported"))
  }

  @Test("What a device lacks stands in its cell and below with the reason")
  func unsupported() throws {
    let report = try report { throw Lack() }
    let text = VerifyMatrix(report, scale: .standard, level: .normal).text
    for part in [
      "unsupported 1 of 1", "unsupported: \(Self.row), forward", "it has no compiler",
      "nothing is wrong, 1 unsupported", "--kernels gpu --level normal --op",
    ] {
      #expect(text.contains(part), "\(text)")
    }
    let json = try JSONEncoder().encode(VerifyJSON(report, scale: .standard))
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(object["passed"] as? Bool == true)
    let problems = try #require(object["unsupported"] as? [[String: Any]])
    #expect(problems.count == 1)
    #expect((problems.first?["problem"] as? String)?.contains("it has no compiler") == true)
  }

  /// What a device without a compiler says.
  private struct Lack: DeviceLimitation {
    let limitation: String? = "it has no compiler"
  }
}
