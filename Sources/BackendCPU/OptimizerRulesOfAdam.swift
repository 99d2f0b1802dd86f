import Backends

/// The rules with two decaying moments, whose corrections depend on the number of the step.
extension UpdatedArrays {
  func update(_ step: AdamStep) {
    let (p, m, v) = (parameter, state[0], state[1])
    let (rate, epsilon) = (step.learningRate, step.epsilon)
    let (beta1, beta2) = (step.beta1, step.beta2)
    let (correction1, correction2) = (step.biasCorrection1, step.biasCorrection2)
    let (decouples, decay) = (step.decouplesWeightDecay, step.weightDecay)
    let maximum = step.amsgrad ? state[2] : nil
    for i in p.indices {
      let (shrunk, g) = decayed(i, rate, decay, decoupled: decouples)
      m[i] = decayingMean(m[i], beta1, g)
      v[i] = decayingSquare(v[i], beta2, g)
      var square = v[i]
      if let maximum {
        square = square > maximum[i] ? square : maximum[i]
        maximum[i] = square
      }
      let root = (square / correction2).squareRoot() + epsilon
      p[i] = shrunk - (rate * (m[i] / correction1)) / root
    }
  }

  func update(_ step: AdamaxStep) {
    let (p, m, u) = (parameter, state[0], state[1])
    for i in p.indices {
      let g = decayedGradient(i, step.weightDecay)
      m[i] = decayingMean(m[i], step.beta1, g)
      let (past, now) = (step.beta2 * u[i], abs(g) + step.epsilon)
      u[i] = past > now ? past : now
      p[i] = p[i] - step.learningRate * (m[i] / u[i])
    }
  }

  func update(_ step: NAdamStep) {
    let (p, m, v) = (parameter, state[0], state[1])
    let decouples = step.decouplesWeightDecay
    for i in p.indices {
      let (shrunk, g) = decayed(i, step.learningRate, step.weightDecay, decoupled: decouples)
      m[i] = decayingMean(m[i], step.beta1, g)
      v[i] = decayingSquare(v[i], step.beta2, g)
      let root = (v[i] / step.biasCorrection2).squareRoot() + step.epsilon
      p[i] = shrunk - (step.gradientRate * g + step.meanRate * m[i]) / root
    }
  }

  func update(_ step: RAdamStep) {
    let (p, m, v) = (parameter, state[0], state[1])
    let decouples = step.decouplesWeightDecay
    for i in p.indices {
      let (shrunk, g) = decayed(i, step.learningRate, step.weightDecay, decoupled: decouples)
      m[i] = decayingMean(m[i], step.beta1, g)
      v[i] = decayingSquare(v[i], step.beta2, g)
      let isRectified = step.rectification > 0
      let factor = isRectified ? step.rectification / (v[i].squareRoot() + step.epsilon) : 1
      p[i] = shrunk - step.learningRate * (m[i] / step.biasCorrection1) * factor
    }
  }

  /// Two passes, as the length of the whole direction is needed before the first element moves; the
  /// norms are summed in double precision.
  func update(_ step: LAMBStep) {
    let (p, m, v) = (parameter, state[0], state[1])
    var direction = [Float](repeating: 0, count: p.count)
    var (parameterSum, directionSum) = (0.0, 0.0)
    for i in p.indices {
      m[i] = decayingMean(m[i], step.beta1, gradient[i])
      v[i] = decayingSquare(v[i], step.beta2, gradient[i])
      let root = (v[i] / step.biasCorrection2).squareRoot() + step.epsilon
      direction[i] = (m[i] / step.biasCorrection1) / root + step.weightDecay * p[i]
      parameterSum += Double(p[i] * p[i])
      directionSum += Double(direction[i] * direction[i])
    }
    let isScaled = parameterSum > 0 && directionSum > 0
    let ratio = isScaled ? Float((parameterSum / directionSum).squareRoot()) : 1
    let rate = step.learningRate * ratio
    for i in p.indices { p[i] = p[i] - rate * direction[i] }
  }
}
