import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

/// Rosenbrock's function, (1 − x)² + 100(y − x²)², with its minimum at (1, 1).
private struct Rosenbrock: Layer {
  let point: Parameter
  init(_ start: [Float]) { point = Parameter(Tensor(start)) }
  func callAsFunction(_ input: Tensor) -> Tensor { input }

  func loss() -> Tensor {
    let x = point.value.slice(0..<1)
    let y = point.value.slice(1..<2)
    let (near, steep) = (1 - x, y - x * x)
    return (near * near + 100 * steep * steep).sum()
  }
}

@Suite struct LBFGSTests {
  @Test(arguments: devices)
  func `it finds the end of Rosenbrock's valley`(_ device: Device) throws {
    try on(device) { () throws in
      let model = Rosenbrock([-1.2, 1])
      let optimizer = LBFGS(model, lineSearch: .strongWolfe)
      for _ in 0..<5 {
        try optimizer.step { valueAndGradient(of: model, model.loss) }
      }
      expectClose(try model.point.value.scalars(), [1, 1], within: 1e-3)
      #expect(optimizer.stepCount == 5)
    }
  }

  @Test(arguments: devices, [LBFGS.LineSearch.none, .strongWolfe])
  func `restored, it goes on to the bit`(_ device: Device, _ search: LBFGS.LineSearch) throws {
    try on(device) { () throws in
      func make(_ model: Rosenbrock) -> LBFGS {
        LBFGS(model, learningRate: 0.1, maxIterations: 3, historySize: 4, lineSearch: search)
      }
      func makeSteps(_ count: Int, _ model: Rosenbrock, _ optimizer: LBFGS) throws {
        for _ in 0..<count { try optimizer.step { valueAndGradient(of: model, model.loss) } }
      }
      let model = Rosenbrock([-1.2, 1])
      let optimizer = make(model)
      try makeSteps(3, model, optimizer)
      let copy = Rosenbrock(try model.point.value.scalars())
      let resumed = make(copy)
      try resumed.restore(step: optimizer.stepCount, state: optimizer.state)
      try makeSteps(3, model, optimizer)
      try makeSteps(3, copy, resumed)
      #expect(try copy.point.value.scalars() == model.point.value.scalars())
      #expect(resumed.stepCount == 6)
    }
  }

  @Test func `state that does not fit is refused`() throws {
    try on(.cpu) { () throws in
      let model = Rosenbrock([-1.2, 1])
      let optimizer = LBFGS(model)
      try optimizer.step { valueAndGradient(of: model, model.loss) }
      var state = optimizer.state
      state["direction"] = .zeros([3])
      #expect(throws: NamedTensorsError.self) { try optimizer.restore(step: 1, state: state) }
      state["direction"] = nil
      #expect(throws: NamedTensorsError.self) { try optimizer.restore(step: 1, state: state) }
      #expect(throws: InvalidStepError.self) {
        try optimizer.restore(step: -1, state: optimizer.state)
      }
      let fresh = LBFGS(model)
      try fresh.restore(step: 0, state: LBFGS(model).state)
      #expect(fresh.stepCount == 0)
    }
  }
}

@Suite struct PlateauTests {
  @Test func `a plateau is part of the optimizer's checkpoint`() throws {
    try on(.cpu) { () throws in
      let model = Linear(1, 1)
      let plateau = ReduceOnPlateau(from: 0.5, factor: 0.5, patience: 1)
      let optimizer = SGD(model, learningRate: plateau.learningRate)
      for metric in [1, 2, 3, 4] as [Float] { plateau.record(metric) }
      #expect(optimizer.learningRate == 0.25)
      #expect(try optimizer.state["plateau.0"]?.scalars() == [0.25, 1, 1, 0])

      let later = ReduceOnPlateau(from: 0.5, factor: 0.5, patience: 1)
      let resumed = SGD(
        model, learningRate: later.learningRate,
        groups: [ParameterGroup(where: { _, _ in true }, learningRate: later.learningRate)])
      try resumed.restore(step: 4, state: optimizer.state)
      #expect(later.rate == 0.25)
      later.record(5)
      #expect(resumed.learningRate == 0.125)
    }
  }
}
