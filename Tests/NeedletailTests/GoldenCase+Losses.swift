import Needletail

/// Losses: the first number is the reduction.
extension GoldenCase {
  /// The losses; nil where the name is not known.
  func loss(_ x: [Tensor]) -> Tensor? {
    let reduction = [LossReduction.none, .mean, .sum][integers[0]]
    return distanceLoss(x, reduction) ?? labelledLoss(x, reduction)
      ?? probabilityLoss(x, reduction) ?? marginLoss(x, reduction)
  }

  private func distanceLoss(_ x: [Tensor], _ reduction: LossReduction) -> Tensor? {
    switch operation {
    case "smooth-l1": smoothL1Loss(x[0], x[1], beta: numbers[1], reduction: reduction)
    case "huber": huberLoss(x[0], x[1], delta: numbers[1], reduction: reduction)
    default: nil
    }
  }

  private func labelledLoss(_ x: [Tensor], _ reduction: LossReduction) -> Tensor? {
    let weight = numbers.count > 3 ? Tensor(Array(numbers[3...])) : nil
    switch operation {
    case "cross-entropy-labels":
      return crossEntropy(
        x[0], x[1], weight: weight, ignoring: Int32(numbers[1]), labelSmoothing: numbers[2],
        reduction: reduction)
    case "nll":
      return nllLoss(
        x[0], x[1], weight: weight, ignoring: Int32(numbers[1]), reduction: reduction)
    case "cross-entropy-soft":
      return crossEntropy(
        x[0], x[1], weight: weight, labelSmoothing: numbers[2], reduction: reduction)
    default: return nil
    }
  }

  private func probabilityLoss(_ x: [Tensor], _ reduction: LossReduction) -> Tensor? {
    switch operation {
    case "bce": binaryCrossEntropyWithLogits(x[0], x[1], reduction: reduction)
    case "bce-weighted":
      binaryCrossEntropyWithLogits(
        x[0], x[1], weight: Tensor([2, 0.25, 1]), positiveWeight: Tensor([0.5, 1, 3]),
        reduction: reduction)
    case "kl": klDivergence(x[0], x[1], reduction: reduction)
    case "kl-logarithms":
      klDivergence(x[0], x[1], targetsAreLogarithms: true, reduction: reduction)
    default: nil
    }
  }

  private func marginLoss(_ x: [Tensor], _ reduction: LossReduction) -> Tensor? {
    let signs = x[x.count - 1].cast(to: .float32)
    switch operation {
    case "hinge": return hingeLoss(x[0], signs, margin: numbers[1], reduction: reduction)
    case "hinge-embedding":
      return hingeEmbeddingLoss(x[0], signs, margin: numbers[1], reduction: reduction)
    case "cosine-embedding":
      return cosineEmbeddingLoss(x[0], x[1], signs, margin: numbers[1], reduction: reduction)
    case "triplet":
      return tripletMarginLoss(
        anchor: x[0], positive: x[1], negative: x[2], margin: numbers[1], norm: numbers[2],
        swap: numbers[3] != 0, reduction: reduction)
    default: return nil
    }
  }
}
