import BackendOpenCL
import Backends
import OpenCL
import Tensors
import Testing
import Verification

@Suite struct TunerTests {
  private static let vector = TunedShape(
    productOf: 1, rows: 2, columns: 70, depth: 50, rightTransposed: true)

  /// A device without choices of its user, with some kernels.
  private func device(_ sources: KernelSources = .embedded) throws -> Device {
    let device = try #require(try ComputeDevice.all().first, "there is no OpenCL device")
    return Device(
      try OpenCLBackend(device, kernelStyle: .cpu, choices: Choices(), sources: sources))
  }

  private func tuner(_ device: Device) throws -> Tuner {
    try #require(Tuner(device, .quick))
  }

  @Test func `Each shape gets a choice that is no slower than the default`() throws {
    let convolution = TunedShape(
      .convolution, [2, 1, 3, 4, 8, 8, 3, 3, 1, 1, 1, 1, 1, 1])
    let tasks = [Self.vector, convolution].map { Tuner.Task($0, isClass: true) }
    var seen: [String] = []
    let report = try tuner(try device()).run(
      tasks,
      progress: { done, what in
        #expect(done == seen.count)
        seen.append(what)
      })
    #expect(report.isComplete)
    #expect(report.rejections.isEmpty, "\(report.rejections)")
    #expect(report.lines.map(\.tuned.shape) == tasks.map(\.shape))
    #expect(seen == tasks.map { "\($0.shape)" })
    for line in report.lines {
      #expect(line.candidateCount >= 2)
      #expect(line.tuned.seconds > 0)
      #expect(line.tuned.seconds <= line.tuned.defaultSeconds)
      if line.tuned.choice != line.usual {
        #expect(line.tuned.seconds < line.tuned.defaultSeconds * (1 - Tuner.margin))
      }
    }
  }

  @Test func `A candidate that is wrong is reported and not chosen`() throws {
    // Panels of fewer vectors than the default's: the default itself stays right.
    let text = KernelSources.embedded.text(of: "product")
    let broken =
      "#if VECTORS == 2\n#define ROW_STEP 2\n#else\n#define ROW_STEP 1\n#endif\n"
      + text
      .replacing(
        "for (long k = begin; k < end; ++k) {",
        with: "for (long k = begin; k < end; k += ROW_STEP) {")
    let shape = TunedShape(productOf: 1, rows: 40, columns: 200, depth: 64)
    let tuner = try tuner(try device(KernelSources.embedded.replacing("product", with: broken)))
    let report = try tuner.run([Tuner.Task(shape, isClass: false)])
    let wrong = report.rejections.filter { $0.choice.parameters["vectors"] == 2 }
    #expect(!wrong.isEmpty)
    #expect(wrong.count == report.rejections.count)
    let line = try #require(report.lines.first)
    #expect(line.tuned.choice.parameters["vectors"] != 2)
    for rejection in wrong { #expect(rejection.problem.contains("error")) }
  }

  @Test func `Where the default is wrong, nothing is chosen`() throws {
    let broken = KernelSources.embedded.replacing("product-dots", with: "nonsense;")
    let report = try tuner(try device(broken)).run([Tuner.Task(Self.vector, isClass: false)])
    #expect(report.lines.isEmpty)
    #expect(report.rejections.map(\.choice) == [Choice("dots")])
    #expect(report.rejections[0].problem.contains("CL_BUILD_PROGRAM_FAILURE"))
  }

  @Test func `A tuner that is stopped says what it knows`() throws {
    let tasks = [3, 4, 5].map {
      Tuner.Task(TunedShape(productOf: 1, rows: 20, columns: 20, depth: $0), isClass: false)
    }
    var done = 0
    let report = try tuner(try device()).run(
      tasks, isStopped: { done >= 1 }, progress: { before, _ in done = before })
    #expect(!report.isComplete)
    #expect(report.lines.count == 1)
  }

  @Test func `The shapes of a step are recorded with their gradients'`() throws {
    let device = try device()
    let tuner = try tuner(device)
    let tasks = try withDevice(device, seed: 1) {
      let (x, weight) = (Tensor.normal([8, 30]), Tensor.normal([20, 30]))
      return try tuner.recording { _ = matmul(x, weight.transposed()) }
    }
    let shape = TunedShape(
      productOf: 1, rows: 8, columns: 20, depth: 30, rightTransposed: true)
    #expect(tasks.map(\.shape) == [shape])
    #expect(tasks.allSatisfy { !$0.isClass && $0.count == 1 })
  }

  private static let direct = [
    "KWID": 2, "MDIMAD": 8, "MDIMCD": 8, "NDIMBD": 8, "NDIMCD": 8, "PADA": 1, "PADB": 1, "VWMD": 1,
    "VWND": 1, "WGD": 16,
  ]

  @Test func `The library's numbers are tried as they would be used, and wrong ones left out`()
    throws
  {
    let device = try device()
    let backend = try #require(device.context.backend as? OpenCLBackend)
    // The kernels know no such vectors.
    let wrong = Self.direct.merging(["VWMD": 3]) { $1 }
    let stage = LibraryStage(
      "clblast", "XgemmDirect", [wrong, Self.direct], others: ["XGEMM_MIN_INDIRECT_SIZE": 4096],
      shapes: [TunedShape(productOf: 1, rows: 20, columns: 20, depth: 20)])
    var report = TuningReport()
    var seen: [Int] = []
    try #require(LibraryTuner(device, stage, .quick)).run(&report, progress: { seen.append($0) })
    #expect(seen == [0, 1])
    #expect(report.rejections.map(\.choice) == [Choice("clblast XgemmDirect", wrong)])
    let line = try #require(report.libraryLines.first)
    #expect(line.candidateCount == 2)
    #expect(line.seconds <= line.usualSeconds)
    // What it found is used from now on, and nothing of what was tried besides.
    #expect(line.numbers == nil || line.numbers == Self.direct)
    let expected = line.numbers.map { LibraryParameters(["XgemmDirect": $0]) }
    #expect(backend.libraryParameters == expected ?? LibraryParameters())
  }

  @Test func `What the project ships for a convolution is one of the ways that serve it`() throws {
    let device = try #require(try ComputeDevice.all().first, "there is no OpenCL device")
    let plain = try OpenCLBackend(device, kernelStyle: .cpu, choices: Choices())
    let shipped = try OpenCLBackend(device, kernelStyle: .cpu, choices: .standard(for: device))
    for task in Tuner.representativeTasks(matching: "convolution*") {
      let ways = shipped.candidates(for: task.shape, .quick)
      #expect(Set(ways) == Set(plain.candidates(for: task.shape, .quick)), "\(task.shape)")
    }
  }

  @Test func `There is nothing to tune on the reference`() {
    #expect(Tuner(.cpu, .quick) == nil)
  }

  @Test func `Usual shapes are of every operation, in many sizes`() {
    for operation in TunedOperation.allCases {
      let shapes = Tuner.representativeTasks(matching: operation.rawValue).map(\.shape)
      #expect(shapes.count >= 10)
      #expect(Set(shapes).count == shapes.count)
      #expect(shapes.allSatisfy { $0.operation == operation })
    }
    #expect(Tuner.representativeTasks(matching: "conv*").allSatisfy { $0.isClass })
    #expect(Tuner.representativeTasks(matching: "nothing").isEmpty)
  }
}
