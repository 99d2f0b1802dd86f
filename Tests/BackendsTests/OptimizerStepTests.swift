import Backends
import Testing

@Suite struct OptimizerStepTests {
  private func step(_ number: Int, beta1: Float = 0.9, beta2: Float = 0.999) -> AdamStep {
    AdamStep(
      learningRate: 0.001, beta1: beta1, beta2: beta2, epsilon: 1e-8, weightDecay: 0,
      decouplesWeightDecay: false, step: number)
  }

  @Test func `The first step's corrections are the weights of the first gradient`() {
    #expect(step(1).biasCorrection1 == 1 - 0.9)
    #expect(step(1).biasCorrection2 == 1 - 0.999)
  }

  /// Computed in double precision and rounded once; plain repeated multiplication may differ by
  /// the roundings of 1000 products.
  @Test(arguments: [2, 3, 7, 10, 100, 1000])
  func `Corrections are one minus the power of the decay`(_ number: Int) {
    for (correction, beta) in [
      (step(number).biasCorrection1, Float(0.9)), (step(number).biasCorrection2, Float(0.999)),
    ] {
      let power = (0..<number).reduce(1.0) { power, _ in power * Double(beta) }
      #expect(abs(Double(correction) - (1 - power)) <= 0x1p-24 + 1e-12)
    }
  }

  @Test func `Corrections vanish in the long run`() {
    #expect(step(1_000_000).biasCorrection1 == 1)
    #expect(step(1_000_000).biasCorrection2 == 1)
  }
}
