import Needletail
import TestSupport
import Testing

@Suite struct GoldenOptimizerTests {
  @Test(arguments: devices)
  func optimizersAgreeWithPyTorchOverFiftySteps(_ device: Device) throws {
    try withDevice(device, seed: 1) { () throws in
      let file = GoldenFamily.open("optimizers")
      let start = try file.tensor("start")
      let gradients = try file.tensor("gradients")
      for (name, make) in OptimizerRun.all {
        let model = OptimizerRun.Model(start)
        let optimizer = make(model)
        for step in 0..<gradients.shape[0] {
          // A loss whose gradient by the parameter is the golden one.
          let (_, found) = valueAndGradient(of: model) {
            (model.value.value * gradients[step]).sum()
          }
          optimizer.update(found)
        }
        try expectClose(model.value.value, try file.tensor(name), "\(name)")
      }
    }
  }
}

/// The optimizers of the goldens, with the numbers PyTorch was given.
private enum OptimizerRun {
  struct Model: Layer {
    let value: Parameter
    init(_ start: Tensor) { value = Parameter(start) }
    func callAsFunction(_ input: Tensor) -> Tensor { input * value.value }
  }

  typealias Named = (String, @Sendable (Model) -> any Optimizer)

  // In several lists: the compiler cannot infer all of it at once.
  static let all = gradientDescent + adams + adaptive

  private static let gradientDescent: [Named] = [
    ("sgd", { SGD($0, learningRate: 0.05) }),
    ("sgd-momentum", { SGD($0, learningRate: 0.05, momentum: 0.9) }),
    ("sgd-decay", { SGD($0, learningRate: 0.05, momentum: 0.9, weightDecay: 0.01) }),
    (
      "sgd-nesterov",
      { SGD($0, learningRate: 0.05, momentum: 0.9, weightDecay: 0.01, nesterov: true) }
    ),
  ]

  private static let adams: [Named] = [
    ("adam", { Adam($0) }),
    ("adam-decay", { Adam($0, learningRate: 0.01, weightDecay: 0.05) }),
    ("adamw", { AdamW($0) }),
    ("adamw-decay", { AdamW($0, learningRate: 0.01, weightDecay: 0.1) }),
    ("amsgrad", { Adam($0, amsgrad: true) }),
    ("amsgrad-decay", { Adam($0, learningRate: 0.01, weightDecay: 0.05, amsgrad: true) }),
    ("adamw-amsgrad", { AdamW($0, learningRate: 0.01, amsgrad: true) }),
    ("adamax", { Adamax($0) }),
    ("adamax-decay", { Adamax($0, learningRate: 0.01, weightDecay: 0.05) }),
    ("nadam", { NAdam($0) }),
    ("nadam-decay", { NAdam($0, learningRate: 0.01, weightDecay: 0.05, momentumDecay: 0.05) }),
    ("nadam-decoupled", { NAdam($0, weightDecay: 0.1, decouplesWeightDecay: true) }),
    ("radam", { RAdam($0) }),
    ("radam-decay", { RAdam($0, learningRate: 0.01, weightDecay: 0.05) }),
    ("radam-decoupled", { RAdam($0, weightDecay: 0.1, decouplesWeightDecay: true) }),
  ]

  private static let adaptive: [Named] = [
    ("adagrad", { Adagrad($0) }),
    (
      "adagrad-decay",
      {
        Adagrad(
          $0, learningRate: 0.1, learningRateDecay: 0.05, weightDecay: 0.05, initialSum: 0.5)
      }
    ),
    ("rmsprop", { RMSprop($0) }),
    ("rmsprop-centered", { RMSprop($0, centered: true) }),
    ("rmsprop-momentum", { RMSprop($0, learningRate: 0.001, weightDecay: 0.05, momentum: 0.9) }),
    (
      "rmsprop-all",
      { RMSprop($0, learningRate: 0.001, weightDecay: 0.05, momentum: 0.9, centered: true) }
    ),
    ("adadelta", { Adadelta($0) }),
    ("adadelta-decay", { Adadelta($0, learningRate: 0.5, rho: 0.8, weightDecay: 0.05) }),
    ("lion", { Lion($0) }),
    ("lion-decay", { Lion($0, learningRate: 0.01, weightDecay: 0.1) }),
    ("lamb", { LAMB($0) }),
    ("lamb-decay", { LAMB($0, learningRate: 0.01, weightDecay: 0.1) }),
  ]
}
