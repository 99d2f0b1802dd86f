import BackendOpenCL
import Needletail
import TestSupport
import Testing

/// How many kernels a step of training takes, with and without pointwise fusion.
///
/// The numbers change with the kernels of convolutions and products; they stand here so that nothing
/// grows unseen.
@Suite struct LaunchTests {
  private static func backend() throws -> OpenCLBackend {
    try OpenCLBackend(firstComputeDevice, kernelStyle: .cpu)
  }

  /// The launches and the allocations of a step, after some that fill the pool.
  private static func countPerStep(
    _ make: () -> () -> Void
  ) throws -> (launches: Int, allocations: Int) {
    let backend = try backend()
    let device = Device(backend)
    return try withDevice(device, seed: 1) {
      let step = make()
      for _ in 0..<4 { step() }
      try device.synchronize()
      let (launches, allocations) = (backend.launchCount, backend.deviceAllocationCount)
      for _ in 0..<3 { step() }
      try device.synchronize()
      let total = backend.launchCount - launches
      #expect(total % 3 == 0, "not every step takes as many launches")
      return (total / 3, backend.deviceAllocationCount - allocations)
    }
  }

  private static func expectLaunches(
    fused: Int, single: Int, _ make: () -> () -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let with = try countPerStep(make)
    let without = try PointwiseFusion.$isOn.withValue(false) { try countPerStep(make) }
    #expect(with.launches == fused, sourceLocation: sourceLocation)
    #expect(without.launches == single, sourceLocation: sourceLocation)
    #expect(with.allocations == 0, sourceLocation: sourceLocation)
    #expect(without.allocations == 0, sourceLocation: sourceLocation)
  }

  /// A step of a classifier of images.
  private static func step(of model: any Layer, images shape: Shape) -> () -> Void {
    let optimizer = Adam(model)
    let images = Tensor.normal(shape)
    let labels = Tensor((0..<shape[0]).map { Int32($0) })
    return {
      let (_, gradients) = valueAndGradient(of: model) { crossEntropy(model(images), labels) }
      optimizer.update(gradients)
    }
  }

  @Test func aStepOfLeNet() throws {
    try Self.expectLaunches(fused: 32, single: 39) {
      Self.step(of: LeNet(), images: [8, 1, 28, 28])
    }
  }

  @Test func aStepOfAVGG() throws {
    try Self.expectLaunches(fused: 83, single: 94) {
      let model = VGG([[64, 64], [128, 128], [256, 256]], imageSize: 32, classes: 10)
      return Self.step(of: model, images: [8, 3, 32, 32])
    }
  }

  @Test func aStepOfResNet18() throws {
    try Self.expectLaunches(fused: 282, single: 440) {
      Self.step(of: ResNet.resNet18(), images: [4, 3, 64, 64])
    }
  }

  @Test func aStepOfAlexNet() throws {
    try Self.expectLaunches(fused: 76, single: 90) {
      Self.step(of: AlexNet(), images: [4, 3, 224, 224])
    }
  }

  /// Two convolutions with normalization, a way around them, and activations.
  private struct Block: Layer {
    let first = Conv2D(8, 8, kernel: 3, padding: 1, bias: false)
    let firstNorm = BatchNorm(8)
    let second = Conv2D(8, 8, kernel: 3, padding: 1, bias: false)
    let secondNorm = BatchNorm(8)

    func callAsFunction(_ input: Tensor) -> Tensor {
      (secondNorm(second(firstNorm(first(input)).relu())) + input).relu()
    }
  }

  @Test func aStepOfAResidualBlock() throws {
    try Self.expectLaunches(fused: 30, single: 48) {
      let model = Block()
      let optimizer = Adam(model)
      let images = Tensor.normal([4, 8, 12, 12])
      return {
        let (_, gradients) = valueAndGradient(of: model) {
          let output = model(images)
          return (output * output).mean()
        }
        optimizer.update(gradients)
      }
    }
  }

  @Test func aStepOfAnLSTMWithClippedGradients() throws {
    try Self.expectLaunches(fused: 81, single: 120) {
      let model = CharacterLSTM(symbols: 12)
      let optimizer = Adam(model)
      let text = (0..<32).map { Int32($0 * 7 % 12) }
      let input = Tensor(text, shape: [8, 4])
      return {
        let (_, gradients) = valueAndGradient(of: model) {
          crossEntropy(model(input).reshaped([32, 12]), Tensor(text))
        }
        optimizer.update(gradients.clipped(toGlobalNorm: 1))
      }
    }
  }

  /// The gradient of the penalty is deferred and refers to the weights, which are changed in place all
  /// the same: the sum of squares, the gradient and the update, and no copy.
  @Test func aStepWithAPenaltyOfWeights() throws {
    try Self.expectLaunches(fused: 3, single: 6) {
      let model = Linear(30, 20, bias: false)
      let optimizer = SGD(model, learningRate: 0.1)
      return {
        let (_, gradients) = valueAndGradient(of: model) {
          let weight = model.weight.value
          return (weight * weight).sum()
        }
        optimizer.update(gradients)
      }
    }
  }
}
