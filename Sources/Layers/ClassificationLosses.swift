import Tensors

/// The cross-entropy between targets and the softmax of scores, over the samples.
///
/// For labels −w[label] · log softmax(logits)[label]; for soft targets t −Σ w·t·log softmax(logits).
/// Smoothing by ε takes (1 − ε)·t + ε / classes for t (Szegedy et al.: Rethinking the Inception
/// Architecture, CVPR 2016).
///
/// ```swift
/// let loss = crossEntropy(model(images), labels, labelSmoothing: 0.1)
/// ```
///
/// - Parameters:
///   - logits: `[n, classes]` or `[n, classes, …]`, scores before any softmax.
///   - targets: Labels, int32 of the logits' shape without classes, from 0 to classes − 1, any other
///     gives NaN; or probabilities, float32 of the logits' shape.
///   - weight: w, `[classes]`, taken as constant; 1 where there is none.
///   - ignored: A label of samples that do not count; PyTorch's is −100. Only for labels.
///   - labelSmoothing: ε, from 0 to 1.
///   - reduction: By default the mean; over labels, weighted by w[label], over soft targets, by the
///     number of samples.
/// - Returns: `[]`; without reduction the logits' shape without classes.
public func crossEntropy(
  _ logits: Tensor, _ targets: Tensor, weight: Tensor? = nil, ignoring ignored: Int32? = nil,
  labelSmoothing: Float = 0, reduction: LossReduction = .mean
) -> Tensor {
  guard labelSmoothing >= 0, labelSmoothing <= 1 else {
    misuse("crossEntropy: the label smoothing \(labelSmoothing) is not in [0, 1]")
  }
  if targets.dtype == .float32 {
    guard ignored == nil else { misuse("crossEntropy: soft targets have no ignored label") }
    return softCrossEntropy(logits, targets, weight, labelSmoothing, reduction)
  }
  let rows = LabelledRows(logits, targets, weight, "crossEntropy")
  if weight == nil, ignored == nil, labelSmoothing == 0 {
    return reduction(softmaxCrossEntropy(rows.scores, rows.labels).reshaped(targets.shape))
  }
  let weights = LabelWeights(
    rows.labels, classCount: rows.classCount, ignored: ignored, classWeights: weight)
  let logarithms = rows.scores.logSoftmax()
  var losses = weights.negative(logarithms)
  if labelSmoothing > 0 {
    let spread = (weight.map { logarithms * $0.stopGradient() } ?? logarithms).sum(1)
    let share = labelSmoothing / Float(rows.classCount)
    losses = losses * (1 - labelSmoothing) - weights.samples * spread * share
  }
  return reduction(losses.reshaped(targets.shape), weights: weights.weights)
}

private func softCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, _ weight: Tensor?, _ smoothing: Float,
  _ reduction: LossReduction
) -> Tensor {
  guard logits.rank >= 2, targets.shape == logits.shape else {
    misuse("crossEntropy: logits \(logits.shape) and soft targets \(targets.shape) must be equal")
  }
  requireClassWeight(weight, logits, "crossEntropy")
  let rows = classesLast(logits)
  var probabilities = classesLast(targets)
  if smoothing > 0 {
    probabilities = probabilities * (1 - smoothing) + smoothing / Float(logits.shape[1])
  }
  if let weight { probabilities = probabilities * weight.stopGradient() }
  let losses = -(rows.logSoftmax() * probabilities).sum(1)
  return reduction(losses.reshaped(Shape([logits.shape[0]] + logits.shape.dropFirst(2))))
}

/// The negative log-likelihood −w[label] · x[label], over the samples.
///
/// After `logSoftmax` it is `crossEntropy`.
///
/// ```swift
/// let logits = Tensor([1, 2, 3, 0, 0, 0], shape: [2, 3])
/// nllLoss(logits.logSoftmax(), Tensor([2, 0] as [Int32]), reduction: .none)  // [0.4076, 1.0986]
/// ```
///
/// - Parameters:
///   - logProbabilities: x, `[n, classes]` or `[n, classes, …]`.
///   - labels: int32 of that shape without classes, from 0 to classes − 1; any other gives NaN.
///   - weight: w, `[classes]`, taken as constant; 1 where there is none.
///   - ignored: A label of samples that do not count; PyTorch's is −100.
///   - reduction: By default the mean, weighted by w[label].
/// - Returns: `[]`; without reduction the shape of the labels.
public func nllLoss(
  _ logProbabilities: Tensor, _ labels: Tensor, weight: Tensor? = nil,
  ignoring ignored: Int32? = nil, reduction: LossReduction = .mean
) -> Tensor {
  let rows = LabelledRows(logProbabilities, labels, weight, "nllLoss")
  let weights = LabelWeights(
    rows.labels, classCount: rows.classCount, ignored: ignored, classWeights: weight)
  return reduction(
    weights.negative(rows.scores).reshaped(labels.shape), weights: weights.weights)
}

/// The binary cross-entropy −[p·t·log σ(x) + (1 − t)·log(1 − σ(x))] with logits x, over the
/// elements; computed without overflow.
///
/// ```swift
/// binaryCrossEntropyWithLogits(Tensor([0, 2]), Tensor([1, 1]), reduction: .none)  // [0.6931, 0.1269]
/// ```
///
/// - Parameters:
///   - logits: x, scores before any sigmoid.
///   - targets: t, probabilities of the same shape.
///   - weight: Of each element, broadcast to that shape.
///   - positiveWeight: p, broadcast to that shape, taken as constant; 1 where there is none.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the logits.
public func binaryCrossEntropyWithLogits(
  _ logits: Tensor, _ targets: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
  reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(logits, targets, "binaryCrossEntropyWithLogits")
  let losses = logits.binaryCrossEntropy(targets, positiveWeight: positiveWeight?.stopGradient())
  let weighted = weight.map { losses * $0 } ?? losses
  guard weighted.shape == logits.shape else {
    misuse("binaryCrossEntropyWithLogits: the weights do not broadcast to logits \(logits.shape)")
  }
  return reduction(weighted)
}

/// The Kullback–Leibler divergence p·(log p − log q), over the elements; 0 where p = 0.
///
/// The divergence of distributions is the sum over a sample's elements: for its mean over n samples
/// (PyTorch's `batchmean`) divide the sum by n; the mean is over elements.
///
/// ```swift
/// let p = Tensor([0.5, 0.5]), q = Tensor([0.9, 0.1])
/// klDivergence(q.log(), p, reduction: .sum)  // [0.5108]
/// ```
///
/// - Parameters:
///   - logPredictions: log q.
///   - targets: p, or log p; of the same shape.
///   - targetsAreLogarithms: Whether the targets are log p.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the predictions.
public func klDivergence(
  _ logPredictions: Tensor, _ targets: Tensor, targetsAreLogarithms: Bool = false,
  reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(logPredictions, targets, "klDivergence")
  return reduction(
    logPredictions.relativeEntropy(targets, areLogarithms: targetsAreLogarithms))
}

/// Scores and labels with the classes along the last axis.
private struct LabelledRows {
  /// `[samples, classes]`.
  let scores: Tensor
  /// `[samples]`.
  let labels: Tensor

  var classCount: Int { scores.shape[1] }

  init(_ scores: Tensor, _ labels: Tensor, _ weight: Tensor?, _ name: StaticString) {
    guard scores.rank >= 2,
      labels.shape == Shape([scores.shape[0]] + scores.shape.dropFirst(2))
    else {
      misuse(
        "\(name): scores \(scores.shape) and labels \(labels.shape) must be [n, classes, …] and "
          + "[n, …]")
    }
    requireClassWeight(weight, scores, name)
    self.scores = classesLast(scores)
    self.labels = labels.flattened()
  }
}

/// `[n, classes, …]` as `[samples, classes]`.
private func classesLast(_ scores: Tensor) -> Tensor {
  if scores.rank == 2 { return scores }
  let classCount = scores.shape[1]
  return scores.permuted([0] + Array(2..<scores.rank) + [1])
    .reshaped([scores.count / max(classCount, 1), classCount])
}

private func requireClassWeight(_ weight: Tensor?, _ scores: Tensor, _ name: StaticString) {
  if let weight, weight.shape != [scores.shape[1]] {
    misuse("\(name): weight \(weight.shape) does not fit scores \(scores.shape)")
  }
}

extension LossReduction {
  /// Reduces weighted losses; their mean is their sum over that of the weights.
  fileprivate func callAsFunction(_ losses: Tensor, weights: Tensor) -> Tensor {
    self == .mean ? losses.sum() / weights.sum() : self(losses)
  }
}
