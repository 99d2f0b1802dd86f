import Backends

// Single precision throughout, each operation rounded on its own and in the order written in the
// loops, so that another backend can do the same steps.

extension CPUBackend {
  /// Changes each parameter with its state in one loop; see the step of each rule for its formula.
  public func update(_ parameters: [ParameterUpdate], by rule: UpdateRule) throws {
    for update in parameters {
      change(update.parameter, gradient: update.gradient, state: update.state, by: rule)
    }
  }

  private func change(
    _ parameter: StridedArray, gradient: StridedArray, state: [StridedArray], by rule: UpdateRule
  ) {
    guard state.count == rule.stateNames.count else {
      misuse("update: \(state.count) arrays of state where \(rule.stateNames) are needed")
    }
    for other in [gradient] + state where other.shape != parameter.shape {
      misuse("update: parameter \(parameter.shape) with an array of shape \(other.shape)")
    }
    let arrays = UpdatedArrays(
      parameter: parameter.floats, gradient: gradient.floats, state: state.map(\.floats))
    switch rule {
    case .sgd(let step): arrays.update(step)
    case .adagrad(let step): arrays.update(step)
    case .rmsprop(let step): arrays.update(step)
    case .adadelta(let step): arrays.update(step)
    case .adam(let step): arrays.update(step)
    case .adamax(let step): arrays.update(step)
    case .nadam(let step): arrays.update(step)
    case .radam(let step): arrays.update(step)
    case .lion(let step): arrays.update(step)
    case .lamb(let step): arrays.update(step)
    }
  }
}

/// The elements a step reads and changes.
struct UpdatedArrays {
  typealias Floats = UnsafeMutableBufferPointer<Float>

  let parameter: Floats
  let gradient: Floats
  /// In the order of the rule's `stateNames`.
  let state: [Floats]

  /// g = ∇ + λ·p.
  @inline(__always)
  func decayedGradient(_ i: Int, _ weightDecay: Float) -> Float {
    gradient[i] + weightDecay * parameter[i]
  }

  /// p and g after a weight decay: p and ∇ + λ·p, or decoupled p·(1 − η·λ) and ∇.
  @inline(__always)
  func decayed(
    _ i: Int, _ learningRate: Float, _ weightDecay: Float, decoupled: Bool
  ) -> (p: Float, g: Float) {
    decoupled
      ? (parameter[i] * (1 - learningRate * weightDecay), gradient[i])
      : (parameter[i], decayedGradient(i, weightDecay))
  }
}

/// Moves a decaying mean towards a number: β·m + (1 − β)·x.
@inline(__always)
func decayingMean(_ mean: Float, _ beta: Float, _ number: Float) -> Float {
  beta * mean + (1 - beta) * number
}

/// Moves a decaying mean of squares towards that of a number: β·v + (1 − β)·x·x.
@inline(__always)
func decayingSquare(_ square: Float, _ beta: Float, _ number: Float) -> Float {
  beta * square + (1 - beta) * number * number
}
