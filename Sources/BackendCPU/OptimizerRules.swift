import Backends

/// The rules that know nothing of the number of a step.
extension UpdatedArrays {
  func update(_ step: SGDStep) {
    let (p, dp) = (parameter, gradient)
    let (rate, momentum, decay) = (step.learningRate, step.momentum, step.weightDecay)
    guard let v = state.first else {
      for i in p.indices { p[i] = p[i] - rate * (dp[i] + decay * p[i]) }
      return
    }
    let nesterov = step.nesterov
    for i in p.indices {
      let g = dp[i] + decay * p[i]
      v[i] = momentum * v[i] + g
      p[i] = p[i] - rate * (nesterov ? g + momentum * v[i] : v[i])
    }
  }

  func update(_ step: RMSpropStep) {
    let (p, v) = (parameter, state[0])
    let (rate, alpha, epsilon) = (step.learningRate, step.alpha, step.epsilon)
    let mean = step.centered ? state[1] : nil
    let velocity = step.momentum == 0 ? nil : state[state.count - 1]
    for i in p.indices {
      let g = decayedGradient(i, step.weightDecay)
      v[i] = decayingSquare(v[i], alpha, g)
      var square = v[i]
      if let mean {
        mean[i] = decayingMean(mean[i], alpha, g)
        square = square - mean[i] * mean[i]
      }
      var direction = g / (square.squareRoot() + epsilon)
      if let velocity {
        direction = step.momentum * velocity[i] + direction
        velocity[i] = direction
      }
      p[i] = p[i] - rate * direction
    }
  }

  func update(_ step: AdadeltaStep) {
    let (p, square, delta) = (parameter, state[0], state[1])
    let (rate, rho, epsilon) = (step.learningRate, step.rho, step.epsilon)
    for i in p.indices {
      let g = decayedGradient(i, step.weightDecay)
      square[i] = decayingSquare(square[i], rho, g)
      let direction = (delta[i] + epsilon).squareRoot() / (square[i] + epsilon).squareRoot() * g
      delta[i] = decayingSquare(delta[i], rho, direction)
      p[i] = p[i] - rate * direction
    }
  }

  func update(_ step: LionStep) {
    let (p, m) = (parameter, state[0])
    let rate = step.learningRate
    for i in p.indices {
      let (shrunk, g) = decayed(i, rate, step.weightDecay, decoupled: true)
      let direction = decayingMean(m[i], step.beta1, g)
      let sign: Float = direction > 0 ? 1 : direction < 0 ? -1 : direction
      m[i] = decayingMean(m[i], step.beta2, g)
      p[i] = shrunk - rate * sign
    }
  }

  func update(_ step: AdagradStep) {
    let (p, sum) = (parameter, state[0])
    let (rate, epsilon) = (step.learningRate, step.epsilon)
    for i in p.indices {
      let g = decayedGradient(i, step.weightDecay)
      sum[i] = sum[i] + g * g
      p[i] = p[i] - rate * (g / (sum[i].squareRoot() + epsilon))
    }
  }
}
