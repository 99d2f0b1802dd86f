import Tensors

/// What becomes of the losses of single elements or samples.
public enum LossReduction: Sendable {
  /// They stay as they are.
  case none
  /// Their mean.
  case mean
  /// Their sum.
  case sum

  fileprivate func callAsFunction(_ losses: Tensor) -> Tensor {
    switch self {
    case .none: losses
    case .mean: losses.mean()
    case .sum: losses.sum()
    }
  }
}

/// The cross-entropy −log softmax(logits)[label] between labels and scores, over the samples.
///
/// - Parameters:
///   - logits: `[n, classes]`, scores before any softmax.
///   - labels: `[n]`, int32, from 0 to classes − 1; any other gives NaN.
///   - reduction: By default the mean over the samples.
/// - Returns: `[]`; without reduction `[n]`.
public func crossEntropy(
  _ logits: Tensor, _ labels: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  reduction(softmaxCrossEntropy(logits, labels))
}

/// The squared error (y − t)², over the elements.
///
/// - Parameters:
///   - predictions: y.
///   - targets: t, of the same shape.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the predictions.
public func mseLoss(
  _ predictions: Tensor, _ targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(predictions, targets, "mseLoss")
  let error = predictions - targets
  return reduction(error * error)
}

/// The absolute error |y − t|, over the elements; its gradient at 0 is 0.
///
/// - Parameters:
///   - predictions: y.
///   - targets: t, of the same shape.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the predictions.
public func l1Loss(
  _ predictions: Tensor, _ targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(predictions, targets, "l1Loss")
  return reduction((predictions - targets).abs())
}

/// Broadcasting a batch of columns against a row is a frequent slip, and still gives a number.
private func requireSameShape(_ a: Tensor, _ b: Tensor, _ name: StaticString) {
  guard a.shape == b.shape else {
    misuse("\(name): predictions \(a.shape) and targets \(b.shape) must have one shape")
  }
}

/// The fraction of samples whose largest score is that of their label.
///
/// - Parameters:
///   - logits: `[n, classes]`.
///   - labels: `[n]`, int32.
/// - Returns: `[]`, from 0 to 1.
public func accuracy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
  guard logits.rank == 2, labels.shape == [logits.shape[0]] else {
    misuse(
      "accuracy: logits \(logits.shape) and labels \(labels.shape) must be [n, classes] and [n]")
  }
  return (logits.argMax(1) .== labels).mean()
}
