import Layers
import Tensors

/// What Adam and AdamW have in common, which is all but the place of the weight decay.
final class AdamCore: Optimizer {
  private let parameters: [(name: String, parameter: Parameter)]
  private let schedule: LearningRate
  private let beta1: Float
  private let beta2: Float
  private let epsilon: Float
  private let weightDecay: Float
  private let decouplesWeightDecay: Bool
  private var mean: ParameterState
  private var square: ParameterState
  /// How many steps each parameter has made; one without a gradient makes none.
  private var steps: [Int]

  private(set) var stepCount = 0

  init(
    _ model: some Layer, _ name: String, _ learningRate: LearningRate, _ beta1: Float,
    _ beta2: Float, _ epsilon: Float, _ weightDecay: Float, decouplesWeightDecay: Bool
  ) {
    require(beta1, "\(name): beta1", in: 0..<1)
    require(beta2, "\(name): beta2", in: 0..<1)
    require(epsilon, "\(name): epsilon", in: 0..<Float.infinity)
    require(weightDecay, "\(name): the weight decay", in: 0..<Float.infinity)
    parameters = model.namedParameters
    schedule = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decouplesWeightDecay = decouplesWeightDecay
    mean = ParameterState("mean", for: parameters)
    square = ParameterState("square", for: parameters)
    steps = parameters.map { _ in 0 }
  }

  var learningRate: Float { schedule(at: stepCount) }

  func update(_ gradients: Gradients) {
    let learningRate = self.learningRate
    for (index, entry) in parameters.enumerated() {
      guard let gradient = gradients[entry.parameter] else { continue }
      steps[index] += 1
      let step = AdamStep(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, decouplesWeightDecay: decouplesWeightDecay, step: steps[index])
      entry.parameter.withMutableValue {
        $0.update(
          step, gradient: gradient, mean: &mean.tensors[index]!, square: &square.tensors[index]!)
      }
    }
    stepCount += 1
  }

  var state: [String: Tensor] {
    var result = mean.named(for: parameters)
    result.merge(square.named(for: parameters)) { first, _ in first }
    for (entry, step) in zip(parameters, steps) {
      result[stepName(entry.name)] = Tensor(
        [Int32(step)], shape: [], device: entry.parameter.device)
    }
    return result
  }

  func restore(step: Int, state: [String: Tensor]) throws {
    try requireFit(step: step, state)
    let steps = try parameters.map { entry in
      let name = stepName(entry.name)
      let count = Int(try state[name]!.integers()[0])
      try InvalidStepError.check(count, named: name, limit: step)
      return count
    }
    let restored = (
      try mean.restored(from: state, for: parameters),
      try square.restored(from: state, for: parameters)
    )
    (mean, square) = restored
    self.steps = steps
    stepCount = step
  }

  private func stepName(_ parameter: String) -> String { "step.\(parameter)" }
}
