import Layers
import Optimizers
import Tensors
import TestSupport
import Testing
import Training

/// Steps that must not be repeated run each time, and say why.
@Suite struct UnrecordedTests {
  /// The devices that can record.
  private static let recordingDevices = devices.filter { $0 != .cpu }

  /// Makes steps and expects that none is a repetition, for a reason that contains the words.
  private static func expect(
    _ words: String, on device: Device, _ loss: @escaping (Linear, Tensor, Tensor) -> Tensor
  ) throws {
    try withDevice(device, seed: 1) {
      let model = Linear(3, 2)
      var calls = 0
      let step = RecordedStep(model, SGD(model, learningRate: 0.1)) { input, target in
        calls += 1
        return loss(model, input, target)
      }
      for _ in 0..<10 { step(Tensor.normal([4, 3]), Tensor.normal([4, 2])) }
      #expect(calls == 10)
      guard case .unrecorded(let reason) = step.state else {
        Issue.record("the step is not unrecorded: \(step.state)")
        return
      }
      #expect(reason.contains(words), "\(reason)")
      try device.synchronize()
    }
  }

  @Test func onTheReference() throws {
    try Self.expect("records nothing", on: .cpu) { mseLoss($0($1), $2) }
  }

  @Test(arguments: recordingDevices)
  func whatReadsATensor(device: Device) throws {
    try Self.expect("reads a tensor", on: device) { model, input, target in
      let loss = mseLoss(model(input), target)
      guard let number = try? loss.item() else { return loss }
      return number > 100 ? loss * 0.5 : loss
    }
  }

  @Test(arguments: recordingDevices)
  func whatWaitsForTheDevice(device: Device) throws {
    try Self.expect("waits for the device", on: device) { model, input, target in
      do { try device.synchronize() } catch { Issue.record("\(error)") }
      return mseLoss(model(input), target)
    }
  }

  @Test(arguments: recordingDevices)
  func whatCountsOnTheHost(device: Device) throws {
    var count: Float = 0
    try Self.expect("command", on: device) { model, input, target in
      count += 1
      return mseLoss(model(input), target) * count
    }
  }

  @Test(arguments: recordingDevices)
  func whatUploadsOtherNumbersEachTime(device: Device) throws {
    var count: Float = 0
    try Self.expect("numbers of the program", on: device) { model, input, target in
      count += 1
      return mseLoss(model(input) + Tensor([count, 1]), target)
    }
  }

  @Test(arguments: recordingDevices)
  func whatCapturesAnotherTensorEachTime(device: Device) throws {
    var last: Tensor?
    try Self.expect("kept elsewhere", on: device) { model, input, target in
      let scores = model(input)
      let loss = mseLoss(scores + (last ?? Tensor.zeros([4, 2])), target)
      last = scores.stopGradient()
      return loss
    }
  }

  @Test(arguments: recordingDevices)
  func whatIsGivenAnotherTensorEachTime(device: Device) throws {
    let tensors = withDevice(device) { (0..<20).map { Tensor([Float($0), 1]) } }
    var count = 0
    try Self.expect("tensors from outside", on: device) { model, input, target in
      count += 1
      return mseLoss(model(input) + tensors[count], target)
    }
  }

  @Test(arguments: recordingDevices)
  func whatUsesOtherParametersEachTime(device: Device) throws {
    let others = (0..<20).map { _ in withDevice(device, seed: 2) { Linear(2, 2) } }
    var count = 0
    try Self.expect("other parameters", on: device) { model, input, target in
      count += 1
      return mseLoss(others[count](model(input)), target)
    }
  }

  @Test(arguments: recordingDevices)
  func anOptimizerOfOnesOwn(device: Device) {
    withDevice(device, seed: 1) {
      let model = Linear(3, 2)
      let step = RecordedStep(model, Descent(model)) { mseLoss(model($0), $1) }
      for _ in 0..<5 { step(Tensor.normal([4, 3]), Tensor.normal([4, 2])) }
      guard case .unrecorded(let reason) = step.state else {
        Issue.record("the step is not unrecorded: \(step.state)")
        return
      }
      #expect(reason.contains("Descent"))
    }
  }

  @Test(arguments: recordingDevices)
  func inputsOfTooManyShapes(device: Device) {
    withDevice(device, seed: 1) {
      let model = Linear(3, 2)
      let step = RecordedStep(model, SGD(model, learningRate: 0.1)) { mseLoss(model($0), $1) }
      for count in 1...6 { step(Tensor.normal([count, 3]), Tensor.normal([count, 2])) }
      guard case .unrecorded(let reason) = step.state else {
        Issue.record("the step is not unrecorded: \(step.state)")
        return
      }
      #expect(reason.contains("other shapes"))
    }
  }

  @Test func aCountOfInputsThatTheLossDoesNotTake() async {
    await #expect(processExitsWith: .failure) {
      let model = Linear(3, 2)
      RecordedStep(model, SGD(model, learningRate: 0.1)) { mseLoss(model($0), $1) }(Tensor([1]))
    }
  }
}

/// Gradient descent by hand.
private final class Descent: Optimizer {
  private let model: Linear
  let learningRate: Float = 0.1
  private(set) var stepCount = 0
  var state: [String: Tensor] { [:] }

  init(_ model: Linear) { self.model = model }

  func restore(step: Int, state: [String: Tensor]) { stepCount = step }

  func update(_ gradients: Gradients) {
    for (_, parameter) in model.namedParameters {
      if let gradient = gradients[parameter] { parameter.value = parameter.value - gradient * 0.1 }
    }
    stepCount += 1
  }
}
