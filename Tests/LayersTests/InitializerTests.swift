import Layers
import Tensors
import TestSupport
import Testing

/// An initializer, the variance it must have, and the bound its numbers must keep.
private struct InitializerCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let initializer: Initializer
  let variance: @Sendable (Fans) -> Double
  /// In standard deviations.
  let bound: Double

  static let uniformBound = 3.0.squareRoot()
  /// What Philox's normal numbers reach at most.
  static let normalBound = 5.77

  static let all = [
    InitializerCase("fanInUniform", .fanInUniform, uniformBound) { 1 / 3 / Double($0.fanIn) },
    InitializerCase("glorotUniform", .glorotUniform, uniformBound) {
      2 / Double($0.fanIn + $0.fanOut)
    },
    InitializerCase("glorotNormal", .glorotNormal, normalBound) {
      2 / Double($0.fanIn + $0.fanOut)
    },
    InitializerCase("heUniform", .heUniform, uniformBound) { 2 / Double($0.fanIn) },
    InitializerCase("heNormal", .heNormal, normalBound) { 2 / Double($0.fanIn) },
    InitializerCase("leCunUniform", .leCunUniform, uniformBound) { 1 / Double($0.fanIn) },
    InitializerCase("leCunNormal", .leCunNormal, normalBound) { 1 / Double($0.fanIn) },
  ]

  init(
    _ name: String, _ initializer: Initializer, _ bound: Double,
    _ variance: @escaping @Sendable (Fans) -> Double
  ) {
    testDescription = name
    self.initializer = initializer
    self.bound = bound
    self.variance = variance
  }
}

@Suite struct InitializerTests {
  @Test(arguments: InitializerCase.all, devices)
  private func `weights have the mean, variance and bound of the paper`(
    _ example: InitializerCase, _ device: Device
  ) throws {
    try on(device) { () throws in
      for shape: Shape in [[200, 300], [64, 32, 5, 3]] {
        let fans = Fans(weight: shape)
        let values = try example.initializer(shape, fans).scalars().map(Double.init)
        let count = Double(values.count)
        let deviation = example.variance(fans).squareRoot()
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + $1 * $1 } / count
        // Five standard errors of the mean; the variance's is at most √2 σ² / √n.
        #expect(mean.magnitude < 5 * deviation / count.squareRoot())
        #expect((variance / deviation / deviation - 1).magnitude < 5 * (2 / count).squareRoot())
        #expect(values.allSatisfy { $0.magnitude <= deviation * example.bound * 1.000_001 })
      }
    }
  }

  @Test func `fans count the taps of a kernel`() {
    #expect(Fans(weight: [10, 20]).fanIn == 20)
    #expect(Fans(weight: [10, 20]).fanOut == 10)
    #expect(Fans(weight: [8, 4, 5, 3]).fanIn == 60)
    #expect(Fans(weight: [8, 4, 5, 3]).fanOut == 120)
  }

  @Test(arguments: devices)
  func `constants fill`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Linear(2, 2, weightInitializer: .ones, biasInitializer: .constant(0.5))
      #expect(try layer.weight.value.scalars() == [1, 1, 1, 1])
      #expect(try layer.bias?.value.scalars() == [0.5, 0.5])
      #expect(try Initializer.zeros([3], Fans(weight: [3, 1])).scalars() == [0, 0, 0])
    }
  }

  @Test(arguments: devices)
  func `weight and bias are drawn as in PyTorch by default`(_ device: Device) throws {
    try on(device) { () throws in
      let layer = Conv2D(4, 500, kernel: 5)
      for parameter in [layer.weight, try #require(layer.bias)] {
        let values = try parameter.value.scalars()
        let largest = values.lazy.map(\.magnitude).max() ?? 0
        #expect(largest <= 0.1)
        #expect(largest > 0.099)
      }
    }
  }

  @Test(arguments: devices)
  func `the seed alone decides the weights`(_ device: Device) throws {
    func weights(_ device: Device, seed: UInt64) throws -> [Float] {
      try withDevice(device, seed: seed) { () throws in
        try Linear(7, 5, weightInitializer: .heNormal).weights.flatMap { try $0.tensor.scalars() }
      }
    }
    let reference = try weights(.cpu, seed: 3)
    #expect(try weights(device, seed: 3) == reference)
    #expect(try weights(device, seed: 4) != reference)
  }
}
