import Tensors

/// What becomes of the losses of single elements or samples.
public enum LossReduction: Sendable {
  /// They stay as they are.
  case none
  /// Their mean.
  case mean
  /// Their sum.
  case sum

  func callAsFunction(_ losses: Tensor) -> Tensor {
    switch self {
    case .none: losses
    case .mean: losses.mean()
    case .sum: losses.sum()
    }
  }
}

/// The squared error (y − t)², over the elements.
///
/// ```swift
/// mseLoss(Tensor([1, 2, 4]), Tensor([1, 3, 2]))  // [1.6667]
/// ```
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
/// ```swift
/// l1Loss(Tensor([1, 2, 4]), Tensor([1, 3, 2]), reduction: .sum)  // [3]
/// ```
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

/// The smooth L1 loss: ½(y − t)² / β where |y − t| < β, otherwise |y − t| − ½β, over the elements.
///
/// Girshick: Fast R-CNN (ICCV 2015), there with β = 1.
///
/// ```swift
/// smoothL1Loss(Tensor([0.5, 3]), Tensor([0, 0]), reduction: .none)  // [0.125, 2.5]
/// ```
///
/// - Parameters:
///   - predictions: y.
///   - targets: t, of the same shape.
///   - beta: β, at least 0; with 0 it is the L1 loss.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the predictions.
public func smoothL1Loss(
  _ predictions: Tensor, _ targets: Tensor, beta: Float = 1, reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(predictions, targets, "smoothL1Loss")
  guard beta >= 0 else { misuse("smoothL1Loss: beta \(beta) is negative") }
  return reduction(predictions.smoothL1(targets, beta: beta))
}

/// The Huber loss: ½(y − t)² where |y − t| < δ, otherwise δ(|y − t| − ½δ), over the elements.
///
/// Huber: Robust Estimation of a Location Parameter (1964).
///
/// ```swift
/// huberLoss(Tensor([0.5, 3]), Tensor([0, 0]), delta: 2, reduction: .none)  // [0.125, 4]
/// ```
///
/// - Parameters:
///   - predictions: y.
///   - targets: t, of the same shape.
///   - delta: δ, above 0.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the predictions.
public func huberLoss(
  _ predictions: Tensor, _ targets: Tensor, delta: Float = 1, reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(predictions, targets, "huberLoss")
  guard delta > 0 else { misuse("huberLoss: delta \(delta) must be above 0") }
  return reduction(predictions.huber(targets, delta: delta))
}

/// Broadcasting a batch of columns against a row is a frequent slip, and still gives a number.
func requireSameShape(_ a: Tensor, _ b: Tensor, _ name: StaticString) {
  guard a.shape == b.shape else {
    misuse("\(name): predictions \(a.shape) and targets \(b.shape) must have one shape")
  }
}

/// The fraction of samples whose largest score is that of their label.
///
/// ```swift
/// let logits = Tensor([0.1, 0.7, 0.2, 0.9, 0.3, 0.4], shape: [2, 3])
/// accuracy(logits, Tensor([1, 2] as [Int32]))  // [0.5]
/// ```
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
