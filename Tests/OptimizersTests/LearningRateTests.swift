import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

@Suite struct LearningRateTests {
  @Test func `a literal is constant`() {
    let rate: LearningRate = 0.05
    #expect(rate(at: 0) == 0.05)
    #expect(rate(at: 1_000_000) == 0.05)
  }

  @Test func `the cosine falls from the start to the end and stays`() {
    let rate = LearningRate.cosine(from: 1, to: 0.2, steps: 100)
    #expect(rate(at: 0) == 1)
    expectClose([rate(at: 25), rate(at: 50)], [0.6 + 0.4 * Float(0.5.squareRoot()), 0.6])
    #expect(rate(at: 100) == 0.2)
    #expect(rate(at: 5000) == 0.2)
    #expect((0..<100).allSatisfy { rate(at: $0 + 1) < rate(at: $0) })
  }

  @Test func `the warm-up rises evenly to the start`() {
    let rate = LearningRate.cosine(from: 0.4, steps: 12, warmup: 4)
    expectClose((0..<5).map { rate(at: $0) }, [0.1, 0.2, 0.3, 0.4, 0.4])
    expectClose([rate(at: 8), rate(at: 12)], [0.2, 0])
  }

  @Test func `a table prints a line for each rate`() {
    let table = LearningRate.step(from: 0.5, every: 30, factor: 0.5).table(steps: 61)
    #expect(table.rates.count == 61)
    #expect(
      "\(table)" == """
        step   rate
        0–29   0.5
        30–59  0.25
        60     0.125
        """)
    #expect("\(LearningRate.constant(0.5).table(steps: 0))" == "step  rate")
  }

  @Test func `restarts and cycles end where they should`() {
    let restarts = LearningRate.cosineRestarts(from: 1, period: 10, growth: 3)
    expectClose([restarts(at: 0), restarts(at: 10), restarts(at: 25)], [1, 1, 0.5])
    let cycle = LearningRate.oneCycle(peak: 1, steps: 100)
    expectClose([cycle(at: 0), cycle(at: 29), cycle(at: 99)], [0.04, 1, 4e-6])
    #expect(cycle(at: 5000) == cycle(at: 99))
  }

  @Test func `schedules that make no sense stop the program`() async {
    await #expect(processExitsWith: .failure) { _ = LearningRate.step(from: 1, every: 0) }
    await #expect(processExitsWith: .failure) { _ = LearningRate.multiStep(from: 1, at: [5, 2]) }
    await #expect(processExitsWith: .failure) { _ = LearningRate.exponential(from: 1, factor: -1) }
    await #expect(processExitsWith: .failure) {
      _ = LearningRate.cosineRestarts(from: 1, period: 0)
    }
    await #expect(processExitsWith: .failure) { _ = LearningRate.oneCycle(peak: 1, steps: 2) }
    await #expect(processExitsWith: .failure) { _ = LearningRate.constant(1).warmedUp(over: 0) }
    await #expect(processExitsWith: .failure) { _ = ReduceOnPlateau(from: 1, factor: 1) }
  }

  @Test(arguments: devices)
  func `the rate follows the steps of an optimizer`(_ device: Device) {
    on(device) {
      let model = Linear(1, 1)
      let optimizer = SGD(model, learningRate: LearningRate { 1 / Float($0 + 1) })
      #expect(optimizer.learningRate == 1)
      optimizer.update(valueAndGradient(of: model) { model(.ones([1, 1])).sum() }.gradients)
      #expect(optimizer.learningRate == 0.5)
    }
  }

  @Test func `a rate that is no rate stops the program`() async {
    await #expect(processExitsWith: .failure) { _ = LearningRate.constant(.nan) }
    await #expect(processExitsWith: .failure) { _ = LearningRate.constant(-1) }
    await #expect(processExitsWith: .failure) { _ = LearningRate.cosine(from: 1, steps: 0) }
    await #expect(processExitsWith: .failure) {
      _ = LearningRate.cosine(from: 1, steps: 5, warmup: 5)
    }
    await #expect(processExitsWith: .failure) { _ = LearningRate { _ in .infinity }(at: 3) }
  }

  @Test func `settings out of range stop the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { SGD(Linear(1, 1), learningRate: 0.1, momentum: 1) }
    }
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { SGD(Linear(1, 1), learningRate: 0.1, nesterov: true) }
    }
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { Adam(Linear(1, 1), beta1: .nan) }
    }
    await #expect(processExitsWith: .failure) {
      _ = withDevice(.cpu) { OptimizerKind.adam.make(for: Linear(1, 1), momentum: 0.9) }
    }
  }
}
