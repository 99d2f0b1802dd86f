import Backends

extension Tensor {
  /// Softmax along an axis: exp(x) / Σ exp(x), computed without overflow.
  ///
  /// ```swift
  /// Tensor([1.2, 4, 0.2]).softmax()  // [0.0560, 0.9234, 0.0206]
  /// ```
  public func softmax(axis: Int = -1) -> Tensor { softmax("softmax", axis, logarithmic: false) }

  /// The logarithm of softmax along an axis: x − log Σ exp(x), computed without overflow.
  ///
  /// ```swift
  /// Tensor([1.2, 4, 0.2]).logSoftmax()  // [-2.8797, -0.0797, -3.8797]
  /// ```
  public func logSoftmax(axis: Int = -1) -> Tensor {
    softmax("logSoftmax", axis, logarithmic: true)
  }

  private func softmax(_ name: StaticString, _ axis: Int, logarithmic: Bool) -> Tensor {
    require(.float32, name)
    let axis = shape.normalized(axis)
    let input = dense
    let array = Tensor.compute(name, shape, from: [input]) { backend, result in
      try backend.softmax(input.array, axis: axis, logarithmic: logarithmic, to: result)
    }
    return .result(array, of: [self]) { gradient, output in
      let operands = [gradient.dense, output]
      let array = Tensor.compute(name, output.shape, from: operands) { backend, result in
        try backend.softmaxGradient(
          operands[0].array, output: output.array, axis: axis, logarithmic: logarithmic,
          to: result)
      }
      return [
        Tensor.result(array, of: operands, withoutGradient: "the second derivative of \(name)")
      ]
    }
  }
}

/// The cross-entropy between labels and the softmax of logits, for each row:
/// −log softmax(logits)[label].
///
/// ```swift
/// let logits = Tensor([1, 2, 3, 0, 0, 0], shape: [2, 3])
/// softmaxCrossEntropy(logits, Tensor([2, 0] as [Int32]))  // [0.4076, 1.0986]
/// ```
///
/// - Parameters:
///   - logits: `[n, classes]`, float32.
///   - labels: `[n]`, int32, from 0 to classes − 1; any other gives NaN.
/// - Returns: `[n]`.
public func softmaxCrossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
  let name: StaticString = "softmaxCrossEntropy"
  logits.require(.float32, name)
  labels.require(.int32, name)
  guard logits.rank == 2, labels.shape == [logits.shape[0]] else {
    misuse(
      "\(name): logits \(logits.shape) and labels \(labels.shape) must be [n, classes] and [n]")
  }
  let operands = [logits.dense, labels.dense]
  let array = Tensor.compute(name, labels.shape, from: operands) { backend, result in
    try backend.softmaxCrossEntropy(operands[0].array, labels: operands[1].array, to: result)
  }
  return .result(array, of: [logits, labels]) { gradient in
    let gradient = gradient.dense
    let array = Tensor.compute(name, logits.shape, from: [gradient] + operands) {
      backend, result in
      try backend.softmaxCrossEntropyGradient(
        gradient.array, operands[0].array, labels: operands[1].array, to: result)
    }
    return [
      .result(
        array, of: [gradient, logits], withoutGradient: "the second derivative of \(name)"), nil,
    ]
  }
}
