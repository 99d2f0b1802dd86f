import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

@Suite struct StateTests {
  private func makeSteps(_ count: Int, _ model: Linear, _ optimizer: any Optimizer) {
    let input = Tensor((0..<6).map { Float($0) / 3 - 1 }, shape: [2, 3])
    for _ in 0..<count {
      let (_, gradients) = valueAndGradient(of: model) { (model(input).tanh() - 0.5).abs().sum() }
      optimizer.update(gradients)
    }
  }

  private func weights(_ model: some Layer) throws -> [Float] {
    try model.weights.flatMap { try $0.tensor.scalars() }
  }

  @Test(arguments: devices, OptimizerKind.allCases)
  func `a restored optimizer goes on to the bit`(_ device: Device, _ kind: OptimizerKind) throws {
    try on(device) { () throws in
      let rate = LearningRate.cosine(from: 0.1, steps: 10)
      let model = Linear(3, 2)
      let optimizer = kind.make(for: model, learningRate: rate)
      makeSteps(4, model, optimizer)

      let copy = Linear(3, 2)
      try copy.loadWeights(Dictionary(uniqueKeysWithValues: model.weights.map { ($0, $1) }))
      let resumed = kind.make(for: copy, learningRate: rate)
      try resumed.restore(step: optimizer.stepCount, state: optimizer.state)
      #expect(resumed.stepCount == 4)
      #expect(resumed.learningRate == optimizer.learningRate)

      makeSteps(4, model, optimizer)
      makeSteps(4, copy, resumed)
      #expect(try weights(copy) == weights(model))
    }
  }

  @Test func `state is named by what it is and whose`() throws {
    try on(.cpu) { () throws in
      let model = Sequential { Linear(2, 1) }
      #expect(SGD(model, learningRate: 0.1).state.isEmpty)
      #expect(
        SGD(model, learningRate: 0.1, momentum: 0.9).state.keys.sorted()
          == ["momentum.0.bias", "momentum.0.weight"])
      let state = AdamW(model).state
      #expect(
        state.keys.sorted() == [
          "mean.0.bias", "mean.0.weight", "square.0.bias", "square.0.weight", "step.0.bias",
          "step.0.weight",
        ])
      #expect(state["mean.0.weight"]?.shape == [1, 2])
      #expect(try state["step.0.weight"]?.integers() == [0])
    }
  }

  @Test func `state that does not fit is refused and changes nothing`() throws {
    try on(.cpu) { () throws in
      let model = Linear(3, 2)
      let optimizer = Adam(model)
      makeSteps(2, model, optimizer)
      let good = optimizer.state

      var lacking = good
      lacking["mean.weight"] = nil
      lacking["square.bias"] = .zeros([3])
      let error = #expect(throws: NamedTensorsError.self) {
        try optimizer.restore(step: 5, state: lacking)
      }
      #expect(
        error?.description
          == "the tensors of the optimizer's state do not fit: missing mean.weight; "
          + "square.bias is float32 [3] and must be float32 [2]")

      var late = good
      late["step.bias"] = Tensor([6] as [Int32], shape: [])
      let stepError = #expect(throws: InvalidStepError.self) {
        try optimizer.restore(step: 5, state: late)
      }
      #expect(
        stepError?.description
          == "the optimizer's state does not fit: step.bias is 6 and must be from 0 to 5")
      #expect(throws: InvalidStepError.self) { try optimizer.restore(step: -1, state: good) }
      #expect(optimizer.stepCount == 2)
      #expect(try optimizer.state["mean.weight"]?.scalars() == good["mean.weight"]?.scalars())

      #expect(throws: NamedTensorsError.self) {
        try SGD(model, learningRate: 0.1, momentum: 0.9).restore(step: 2, state: good)
      }
    }
  }
}
