import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

/// Optimizers make networks learn.
@Suite struct LearningTests {
  @Test(arguments: devices, OptimizerKind.allCases)
  func `a multilayer perceptron learns XOR`(_ device: Device, _ kind: OptimizerKind) throws {
    try on(device) { () throws in
      let model = Sequential {
        Linear(2, 8)
        Tanh()
        Linear(8, 2)
      }
      let inputs = Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])
      let labels = Tensor([0, 1, 1, 0] as [Int32])
      let optimizer = kind.make(for: model, learningRate: Self.rate(of: kind))
      for _ in 0..<300 {
        let (_, gradients) = valueAndGradient(of: model) { crossEntropy(model(inputs), labels) }
        optimizer.update(gradients)
      }
      #expect(try accuracy(model(inputs), labels).item() == 1)
      #expect(try crossEntropy(model(inputs), labels).item() < 0.05)
    }
  }

  /// Rates that take the network there in 300 steps.
  private static func rate(of kind: OptimizerKind) -> LearningRate {
    switch kind {
    case .sgd, .nesterov, .adagrad: 0.2
    case .adadelta: 5
    case .lion: .exponential(from: 0.02, factor: 0.99)
    default: 0.05
    }
  }

  @Test(arguments: devices)
  func `a rate that is too large makes the loss grow beyond all numbers`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Linear(1, 1)
      let optimizer = SGD(model, learningRate: 10)
      var last = Tensor(0)
      for _ in 0..<100 {
        let (loss, gradients) = valueAndGradient(of: model) {
          mseLoss(model(.ones([1, 1])), .zeros([1, 1]))
        }
        optimizer.update(gradients)
        last = loss
      }
      #expect(try !last.item().isFinite)
    }
  }
}
