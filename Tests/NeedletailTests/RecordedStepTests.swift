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

  @Test func aRepetitionDoesNotWaitForTheDevice() throws {
    try withDevice(device, seed: 1) { () throws in
      let step = Self.makeStep()
      let (images, labels) = (Tensor.normal([8, 1, 28, 28]), Tensor(Self.labels))
      for _ in 0..<4 { step(images, labels) }
      #expect(step.state == .repeating, "\(step.state)")
      let waits = backend.session.waitCount
      var losses: [Tensor] = []
      for _ in 0..<20 { losses.append(step(images, labels)) }
      #expect(backend.session.waitCount == waits)
      #expect(try losses[19].item().isFinite)
      #expect(backend.session.waitCount == waits + 1)
    }
  }

  /// A library's calls are repeated with other buffers than those they were recorded with.
  @Test func productsByCLBlastHaveTheSameBits() throws {
    func train(recorded: Bool) throws -> [Float] {
      let device = Device(
        try OpenCLBackend(firstComputeDevice, kernelStyle: .gpu, products: .clblast))
      return try withDevice(device, seed: 1) {
        let model = Sequential {
          Linear(48, 64)
          Tanh()
          Linear(64, 1)
        }
        let optimizer = SGD(model, learningRate: 0.01)
        let loss = { (input: Tensor) in (model(input) * model(input)).mean() }
        let step = RecordedStep(model, optimizer, loss: loss)
        var losses: [Tensor] = []
        for _ in 0..<7 {
          let input = Tensor.normal([40, 48])
          if recorded {
            losses.append(step(input))
          } else {
            let (loss, gradients) = valueAndGradient(of: model) { loss(input) }
            optimizer.update(gradients)
            losses.append(loss)
          }
        }
        #expect(!recorded || step.state == .repeating, "\(step.state)")
        return try losses.map { try $0.item() }
      }
    }
    #expect(try train(recorded: true) == train(recorded: false))
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
