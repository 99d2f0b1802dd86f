import Backends

// Single precision throughout, each operation rounded on its own and in the order written in the
// loops, so that another backend can do the same steps.

extension CPUBackend {
  /// g = ∇ + λ·p; v = μ·v + g; p = p − η·d with d = g + μ·v (Nesterov), v, or g without velocity.
  public func update(
    _ parameter: StridedArray, gradient: StridedArray, velocity: StridedArray?, _ step: SGDStep
  ) throws {
    expectSameShapes(parameter, [gradient] + (velocity.map { [$0] } ?? []))
    let (p, dp) = (parameter.floats, gradient.floats)
    let (rate, momentum, decay) = (step.learningRate, step.momentum, step.weightDecay)
    guard let velocity else {
      for i in p.indices { p[i] = p[i] - rate * (dp[i] + decay * p[i]) }
      return
    }
    let v = velocity.floats
    let nesterov = step.nesterov
    for i in p.indices {
      let g = dp[i] + decay * p[i]
      v[i] = momentum * v[i] + g
      p[i] = p[i] - rate * (nesterov ? g + momentum * v[i] : v[i])
    }
  }

  /// With c₁, c₂ the bias corrections: AdamW starts with p = p·(1 − η·λ), Adam with
  /// g = ∇ + λ·p; then m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g·g;
  /// p = p − (η·(m / c₁)) / (√(v / c₂) + ε).
  public func update(
    _ parameter: StridedArray, gradient: StridedArray, mean: StridedArray, square: StridedArray,
    _ step: AdamStep
  ) throws {
    expectSameShapes(parameter, [gradient, mean, square])
    let (p, dp, m, v) = (parameter.floats, gradient.floats, mean.floats, square.floats)
    let (rate, epsilon) = (step.learningRate, step.epsilon)
    let (beta1, beta2) = (step.beta1, step.beta2)
    let (rest1, rest2) = (1 - beta1, 1 - beta2)
    let (correction1, correction2) = (step.biasCorrection1, step.biasCorrection2)
    let (decouples, decay) = (step.decouplesWeightDecay, step.weightDecay)
    let shrink = 1 - rate * decay
    for i in p.indices {
      let shrunk = decouples ? p[i] * shrink : p[i]
      let g = decouples ? dp[i] : dp[i] + decay * p[i]
      m[i] = beta1 * m[i] + rest1 * g
      v[i] = beta2 * v[i] + rest2 * g * g
      let root = (v[i] / correction2).squareRoot() + epsilon
      p[i] = shrunk - (rate * (m[i] / correction1)) / root
    }
  }

  private func expectSameShapes(_ parameter: StridedArray, _ others: [StridedArray]) {
    for other in others where other.shape != parameter.shape {
      misuse("update: parameter \(parameter.shape) with an array of shape \(other.shape)")
    }
  }
}
