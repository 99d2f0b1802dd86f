import Backends
import Testing

@Suite struct OptimizerUpdateTests {
  let arrays = TestArrays()

  private static let shape: Shape = [3, 67]

  /// About ten roundings a step, over five steps, with results of the size of the operands.
  private let bound = 50 * roundoff

  static let descents: [SGDStep] = [
    SGDStep(learningRate: 0.1, momentum: 0, weightDecay: 0, nesterov: false),
    SGDStep(learningRate: 0.1, momentum: 0.9, weightDecay: 0, nesterov: false),
    SGDStep(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true),
  ]

  @Test(arguments: descents)
  func `Stochastic gradient descent is its definition over five steps`(_ step: SGDStep) throws {
    let count = OptimizerUpdateTests.shape.count
    let parameter = try arrays.random(OptimizerUpdateTests.shape, seed: 1)
    let hasVelocity = step.momentum != 0
    let velocity =
      hasVelocity
      ? try arrays.make([Float](repeating: 0, count: count), OptimizerUpdateTests.shape) : nil
    var p = try arrays.doubles(parameter)
    var v = [Double](repeating: 0, count: count)
    let (rate, momentum, decay) = (
      Double(step.learningRate), Double(step.momentum), Double(step.weightDecay)
    )
    for number in 1...5 {
      let gradient = try arrays.random(OptimizerUpdateTests.shape, seed: UInt64(10 + number))
      try arrays.backend.update(
        parameter, gradient: gradient, state: velocity.map { [$0] } ?? [], by: .sgd(step))
      for (i, slope) in try arrays.doubles(gradient).enumerated() {
        let g = slope + decay * p[i]
        v[i] = momentum * v[i] + g
        p[i] -= rate * (step.nesterov ? g + momentum * v[i] : v[i])
      }
    }
    expectClose(try arrays.floats(parameter), p, within: bound)
    if let velocity { expectClose(try arrays.floats(velocity), v, within: bound) }
  }

  private func adam(_ number: Int, decay: Float, decouples: Bool) -> AdamStep {
    AdamStep(
      learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: decay,
      decouplesWeightDecay: decouples, step: number)
  }

  @Test(arguments: [(0, false), (0.1, false), (0.1, true)] as [(Float, Bool)])
  func `Adam and AdamW are their definitions over five steps`(
    _ decay: Float, _ decouples: Bool
  ) throws {
    let shape = OptimizerUpdateTests.shape
    let zeros = [Float](repeating: 0, count: shape.count)
    let parameter = try arrays.random(shape, seed: 1)
    let (mean, square) = (try arrays.make(zeros, shape), try arrays.make(zeros, shape))
    var p = try arrays.doubles(parameter)
    var (m, v) = (zeros.map(Double.init), zeros.map(Double.init))
    let (beta1, beta2) = (Double(Float(0.9)), Double(Float(0.999)))
    var (power1, power2) = (1.0, 1.0)
    for number in 1...5 {
      let gradient = try arrays.random(shape, seed: UInt64(20 + number))
      let step = adam(number, decay: decay, decouples: decouples)
      try arrays.backend.update(
        parameter, gradient: gradient, state: [mean, square], by: .adam(step))
      (power1, power2) = (power1 * beta1, power2 * beta2)
      let (rate, decay) = (Double(step.learningRate), Double(decay))
      for (i, slope) in try arrays.doubles(gradient).enumerated() {
        if decouples { p[i] *= 1 - rate * decay }
        let g = decouples ? slope : slope + decay * p[i]
        m[i] = beta1 * m[i] + (1 - beta1) * g
        v[i] = beta2 * v[i] + (1 - beta2) * g * g
        p[i] -=
          rate * (m[i] / (1 - power1)) / ((v[i] / (1 - power2)).squareRoot() + Double(Float(1e-8)))
      }
    }
    expectClose(try arrays.floats(parameter), p, within: bound)
    expectClose(try arrays.floats(mean), m, within: bound)
    expectClose(try arrays.floats(square), v, within: bound)
  }

  @Test func `Empty parameters are left alone`() throws {
    let empty = try arrays.make([] as [Float], [0])
    try arrays.backend.update(
      empty, gradient: empty, state: [], by: .sgd(OptimizerUpdateTests.descents[0]))
    try arrays.backend.update(
      empty, gradient: empty, state: [empty, empty],
      by: .adam(adam(1, decay: 0, decouples: true)))
    #expect(try arrays.floats(empty).isEmpty)
  }

  @Test func `Shapes that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.update(
        try arrays.result([3]), gradient: try arrays.result([4]), state: [],
        by: .sgd(OptimizerUpdateTests.descents[0]))
    }
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.update(
        try arrays.result([3]), gradient: try arrays.result([3]), state: [],
        by: .sgd(OptimizerUpdateTests.descents[1]))
    }
  }
}
