import BackendOpenCL
import Needletail
import OpenCL
import TestSupport
import Testing

/// The memory of recorded steps.
@Suite struct RecordedMemoryTests {
  private static func device(memoryLimit: Int? = nil) throws -> Device {
    Device(try OpenCLBackend(firstComputeDevice, kernelStyle: .cpu, memoryLimit: memoryLimit))
  }

  /// Steps of LeNet with a batch of a size, recorded or not.
  private static func makeStep(
    batch: Int = 64, recorded: Bool = true
  ) -> (step: () -> Tensor, state: () -> RecordedStep.State) {
    let model = LeNet()
    let optimizer = Adam(model)
    let images = Tensor.normal([batch, 1, 28, 28])
    let labels = Tensor((0..<batch).map { Int32($0 % 10) })
    let recording = RecordedStep(model, optimizer) { crossEntropy(model($0), $1) }
    if recorded { return ({ recording(images, labels) }, { recording.state }) }
    return (
      {
        let (loss, gradients) = valueAndGradient(of: model) { crossEntropy(model(images), labels) }
        optimizer.update(gradients)
        return loss
      }, { recording.state }
    )
  }

  /// The most bytes in use at a time in steps after the first.
  private static func peak(recorded: Bool, steps: Int) throws -> Int {
    let device = try device()
    return try withDevice(device, seed: 1) {
      let (step, state) = makeStep(recorded: recorded)
      _ = step()
      try device.synchronize()
      device.resetPeakMemory()
      for _ in 1..<steps { _ = step() }
      try device.synchronize()
      #expect(!recorded || state() == .repeating, "\\(state())")
      return device.memoryInUse.livePeak
    }
  }

  @Test func aRecordedStepTakesLittleMoreThanAnotherOne() throws {
    let plain = try Self.peak(recorded: false, steps: 6)
    let recorded = try Self.peak(recorded: true, steps: 6)
    #expect(Double(recorded) <= 1.15 * Double(plain), "\\(recorded) and \\(plain) bytes")
  }

  @Test func aStepIsRecordedOnlyWhereThereIsRoomForIt() throws {
    let peak = Double(try Self.peak(recorded: false, steps: 3))
    for (room, isRecorded) in [(1.1, false), (1.3, true)] {
      let device = try Self.device(memoryLimit: Int(room * peak))
      try withDevice(device, seed: 1) { () throws in
        let (step, state) = Self.makeStep()
        var loss = Tensor(0)
        for _ in 0..<5 { loss = step() }
        #expect(try loss.item().isFinite)
        switch state() {
        case .repeating: #expect(isRecorded)
        case .unrecorded(let reason): #expect(!isRecorded && reason.contains("memory"))
        case .running: Issue.record("the step still runs")
        }
      }
    }
  }

  @Test func whatNeedsMemoryBetweenTheStepsGetsTheirs() throws {
    let limit = try Self.peak(recorded: true, steps: 5) * 3 / 2
    func train(pausing: Bool) throws -> [Float] {
      let device = try Self.device(memoryLimit: limit)
      return try withDevice(device, seed: 1) {
        let (step, state) = Self.makeStep()
        var losses = [step()]
        let before = device.memoryInUse.live
        for _ in 0..<4 { losses.append(step()) }
        let recorded = device.memoryInUse.live
        if pausing {
          // More than is left beside the memory of the repetitions, by half of that.
          let bytes = limit - recorded + (recorded - before) / 2
          let other = Tensor.zeros([bytes / 4]) + Tensor.normal([1])
          #expect(try abs(other.sum().item()).isFinite)
          #expect(device.memoryInUse.live < before + bytes * 5 / 4)
        }
        for _ in 0..<3 { losses.append(step()) }
        #expect(state() == .repeating, "\\(state())")
        // Nothing is left over but the losses.
        #expect(device.memoryInUse.live < recorded + 4096)
        return try losses.map { try $0.item() }
      }
    }
    #expect(try train(pausing: true) == train(pausing: false))
  }

  @Test func recordingsShareTheirMemory() throws {
    let device = try Self.device()
    try withDevice(device, seed: 1) {
      // The second needs less memory, the third more.
      let all = [32, 8, 64].map { Self.makeStep(batch: $0) }
      for (step, _) in all { _ = step() }
      try device.synchronize()
      let before = device.memoryInUse.live
      func makeSteps(_ some: ArraySlice<(step: () -> Tensor, state: () -> RecordedStep.State)>)
        -> Int
      {
        for _ in 0..<4 { for (step, _) in some { _ = step() } }
        for (_, state) in some { #expect(state() == .repeating, "\\(state())") }
        return device.memoryInUse.live - before
      }
      let (one, two, three) = (makeSteps(all[..<1]), makeSteps(all[..<2]), makeSteps(all[...]))
      #expect(Double(two) < 1.1 * Double(one))
      #expect(three > two)
      // What is in use besides the memory of the largest are copies of inputs.
      #expect(Double(three) < 1.2 * 2 * Double(one))
    }
  }

  @Test func theMemoryGoesBackWithTheStep() throws {
    let device = try Self.device()
    try withDevice(device, seed: 1) {
      let model = LeNet()
      var step: RecordedStep? = RecordedStep(model, Adam(model)) { crossEntropy(model($0), $1) }
      let (images, labels) = (Tensor.normal([8, 1, 28, 28]), Tensor((0..<8).map { Int32($0) }))
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
}
