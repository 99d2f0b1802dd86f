import BackendOpenCL
import Needletail
import OpenCL
import TestSupport
import Testing

/// What the device is given to do in a repeated step.
@Suite struct RecordedStepTests {
  private let backend: OpenCLBackend
  private let device: Device

  init() throws {
    backend = try OpenCLBackend(firstComputeDevice, kernelStyle: .cpu)
    device = Device(backend)
  }

  private static func makeStep() -> RecordedStep {
    let model = LeNet()
    return RecordedStep(model, Adam(model)) { images, labels in
      crossEntropy(model(images), labels)
    }
  }

  private static let labels = (0..<8).map { Int32($0) }

  /// 32 as without a recording, of which an upload is a copy now; the inputs are copied by two.
  @Test func aStepOfLeNetAllocatesNothing() throws {
    try withDevice(device, seed: 1) {
      let step = Self.makeStep()
      let (images, labels) = (Tensor.normal([8, 1, 28, 28]), Tensor(Self.labels))
      for _ in 0..<4 { step(images, labels) }
      try device.synchronize()
      #expect(step.state == .repeating, "\(step.state)")
      let (launches, allocations) = (backend.launchCount, backend.deviceAllocationCount)
      for _ in 0..<5 { step(images, labels) }
      try device.synchronize()
      #expect(backend.launchCount - launches == 5 * (32 + 2))
      #expect(backend.deviceAllocationCount == allocations)
    }
  }

  @Test func aStepThatMightNotFitTwiceRunsEachTime() throws {
    // LeNet with Adam needs about 10 MB for a small batch.
    let limited = Device(
      try OpenCLBackend(firstComputeDevice, kernelStyle: .cpu, memoryLimit: 24 << 20))
    try withDevice(limited, seed: 1) { () throws in
      let step = Self.makeStep()
      let (images, labels) = (Tensor.normal([8, 1, 28, 28]), Tensor(Self.labels))
      var loss = Tensor(0)
      for _ in 0..<5 { loss = step(images, labels) }
      #expect(try loss.item().isFinite)
      guard case .unrecorded(let reason) = step.state else {
        Issue.record("\(step.state) with a peak of \(limited.memoryInUse.peak) bytes")
        return
      }
      #expect(reason.contains("memory"))
    }
  }

  @Test func theMemoryGoesBackWithTheStep() throws {
    try withDevice(device, seed: 1) {
      var step: RecordedStep? = Self.makeStep()
      let (images, labels) = (Tensor.normal([8, 1, 28, 28]), Tensor(Self.labels))
      step?(images, labels)
      try device.synchronize()
      let before = device.memoryInUse.live
      for _ in 0..<4 { step?(images, labels) }
      #expect(step?.state == .repeating)
      let recorded = device.memoryInUse.live
      #expect(recorded > before)
      step?.forget()
      // Adam's memory is there since the first step.
      #expect(device.memoryInUse.live == before)
      for _ in 0..<3 { step?(images, labels) }
      #expect(device.memoryInUse.live == recorded)
      step = nil
      #expect(device.memoryInUse.live < before)
    }
  }

  @Test func aFailureInARepetitionIsToldAndTheDeviceWorksOn() throws {
    withDevice(device, seed: 1) {
      let step = Self.makeStep()
      let (images, labels) = (Tensor.normal([8, 1, 28, 28]), Tensor(Self.labels))
      for _ in 0..<4 { step(images, labels) }
      #expect(step.state == .repeating, "\(step.state)")
      // More than a buffer of the device can hold.
      let tooLarge = Tensor.full(1, [1 << 20, 1 << 20]) + Tensor.full(1, [1 << 20, 1 << 20])
      let loss = step(images, labels)
      #expect(throws: OpenCLError.self) { try loss.item() }
      #expect(throws: OpenCLError.self) { try tooLarge.scalars() }
    }
  }
}
