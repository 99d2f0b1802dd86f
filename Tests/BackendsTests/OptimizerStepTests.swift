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

  @Test func `RAdam divides by the root once the variance can be told`() {
    func rectification(_ step: Int) -> Float {
      RAdamStep(
        learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 0, weightDecay: 0,
        decouplesWeightDecay: false, step: step
      ).rectification
    }
    // ρ₅ is 4.996, ρ₆ is 5.994.
    #expect((1...5).allSatisfy { rectification($0) == 0 })
    #expect((6...100).allSatisfy { rectification($0) > 0 })
    #expect(abs(rectification(1_000_000) - 1) < 1e-6)
  }

  @Test func `The momenta of NAdam rise from a half of beta1 to beta1`() {
    let momenta = (1...5000).map { NAdamStep.momentum($0, beta1: 0.9, decay: 4e-3) }
    #expect(abs(momenta[0] - 0.45) < 1e-3)
    #expect(zip(momenta, momenta.dropFirst()).allSatisfy { $0 < $1 })
    #expect(momenta[4999] < Double(Float(0.9)))
  }
}
