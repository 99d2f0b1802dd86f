import Backends

/// What each sample of labelled classes counts.
package struct LabelWeights: Sendable {
  /// 1 for each sample, 0 where its label is ignored, NaN where it is no class: `[n]`.
  package let samples: Tensor
  /// The same times the weight of the label's class: `[n]`.
  package let weights: Tensor
  fileprivate let labels: Tensor
  fileprivate let classes: Tensor

  /// Makes the weights.
  ///
  /// - Parameters:
  ///   - labels: `[n]`, int32.
  ///   - classCount: How many classes there are.
  ///   - ignored: A label that does not count.
  ///   - classWeights: `[classes]`; 1 where there are none.
  package init(_ labels: Tensor, classCount: Int, ignored: Int32?, classWeights: Tensor?) {
    self.labels = labels.expanded(at: -1)
    classes = .arange(0..<classCount, device: labels.device)
    // Without an ignored label, one that is no class either.
    let scalars = [Double(ignored ?? .min), Double(classCount), .nan]
    let array = Tensor.map(
      "labels", LabelExpressions.samples, scalars: scalars, [labels])
    samples = Tensor(array, on: labels.device)
    guard let classWeights else {
      weights = samples
      return
    }
    let chosen = Tensor.map(
      "labels", LabelExpressions.classWeight,
      [self.labels, classes, classWeights.stopGradient()])
    weights = samples * Tensor(chosen, on: labels.device).sum(1)
  }

  /// −weight · score of the label, for each sample: `[n, classes]` to `[n]`.
  package func negative(_ scores: Tensor) -> Tensor {
    LabelExpressions.negative(scores, labels, classes, weights.expanded(at: -1)).sum(1)
  }
}

private enum LabelExpressions {
  /// Of labels; with the ignored label, the number of classes and NaN as scalars.
  static let samples = PointwiseExpression(.int32) { f in
    let (label, ignored, count) = (f.input(0), f.scalar(0, .int32), f.scalar(1, .int32))
    let negative = label.combined(.less, with: label - label)
    let isNoClass = negative.combined(
      .maximum, with: label.combined(.greaterOrEqual, with: count))
    return label.combined(.equal, with: ignored).selecting(
      f.constant(0), isNoClass.selecting(f.scalar(2), f.constant(1)))
  }

  /// Of label, class and its weight: the weight where the class is the label's, otherwise 0.
  static let classWeight = PointwiseExpression(.int32, .int32, .float32) { f in
    f.input(0).combined(.equal, with: f.input(1)).selecting(f.input(2), f.constant(0))
  }

  /// Of score, label, class and weight of the sample: −weight · score at the label's class.
  ///
  /// Weight 0 gives 0 whatever the score, and NaN gives NaN.
  static let negative = PointwiseFunction(
    name: "negativeLogLikelihood",
    value: PointwiseExpression(.float32, .int32, .int32, .float32) { f in
      let (weight, zero) = (f.input(3), f.constant(0))
      let loss = weight.combined(.equal, with: zero).selecting(zero, -(weight * f.input(0)))
      return f.input(1).combined(.equal, with: f.input(2)).selecting(loss, zero * weight)
    },
    gradients: [
      PointwiseExpression(.float32, .float32, .int32, .int32, .float32) { f in
        f.input(2).combined(.equal, with: f.input(3))
          .selecting(-(f.input(0) * f.input(4)), f.constant(0))
      }, nil, nil, nil,
    ])
}
