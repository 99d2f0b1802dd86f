import Tensors
import TestSupport
import Testing

@Suite struct DeviceTests {
  @Test func everyDeviceIsFoundByItsName() throws {
    for device in devices { #expect(try Device(named: device.name) == device) }
    #expect(try Device(named: "cpu") == .cpu)
    #expect(devices.last == .cpu)
  }

  @Test func anUnknownNameListsWhatExists() {
    #expect {
      try Device(named: "cuda")
    } throws: { error in
      let text = "\(error)"
      return text.contains("'cuda'") && devices.allSatisfy { text.contains($0.name) }
    }
  }

  @Test func theInnermostDeviceIsCurrent() {
    on(.cpu) {
      #expect(Device.current == .cpu)
      for device in devices {
        on(device) { #expect(Tensor(1).device == device) }
        #expect(Device.current == .cpu)
      }
    }
  }

  @Test(arguments: devices)
  func aFailureIsThrownOnceAndPoisonsWhatFollowed(_ device: Device) throws {
    let device = try ofItsOwn(device)
    try on(device) { () throws in
      let good = Tensor([1, 2])
      // An exabyte: no device has that.
      let bad = Tensor.ones([1 << 30, 1 << 28]) + 1
      let after = bad.sum()
      #expect(throws: (any Error).self) { try good.scalars() }
      // The device works on; what depended on the failure does not.
      #expect(try (good + 1).scalars() == [2, 3])
      #expect(throws: (any Error).self) { try bad.sum(0).scalars() }
      #expect(throws: (any Error).self) { try after.item() }
      // Told once, the device has nothing more to say.
      try device.synchronize()
    }
  }

  @Test(arguments: devices)
  func aFailureLeavesParametersAsTheyWere(_ device: Device) throws {
    let device = try ofItsOwn(device)
    try on(device) { () throws in
      var parameter = Tensor([1, 2])
      var state: [Tensor] = []
      let gradient = (Tensor.ones([1 << 30, 1 << 28]) + 1).slice(0..<2)[0].slice(0..<2)
      let step = SGDStep(learningRate: 1, momentum: 0, weightDecay: 0, nesterov: false)
      parameter.update(by: .sgd(step), gradient: gradient, state: &state)
      #expect(throws: (any Error).self) { try device.synchronize() }
      #expect(try parameter.scalars() == [1, 2])
    }
  }

  /// The device opened once more: whoever reads first is told of a failure, which must not be one of
  /// the tests that run at the same time.
  private func ofItsOwn(_ device: Device) throws -> Device { try Device.open(device.details) }
}
