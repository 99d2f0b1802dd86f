import Tensors

/// The area under the receiver operating characteristic of a binary classifier.
///
/// The probability that a positive sample has a larger score than a negative one, where equal scores
/// count half (Hanley, McNeil: The Meaning and Use of the Area under a ROC Curve, 1982). Scores stay
/// on the device; all pairs are compared there at the end, in blocks, so the work grows with the
/// square of the number of samples.
public struct AreaUnderROC: Metric {
  /// How many pairs are compared at a time: 16 MiB of results, whose half-integral sum is exact.
  private static let blockSize = 1 << 22

  private var scores: [Tensor] = []
  private var labels: [Tensor] = []

  /// Makes a metric that has seen nothing.
  public init() {}

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: Scores, larger for positive samples, float32 `[n]`.
  ///   - targets: 1 for positive and 0 for negative samples, int32 `[n]`.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    guard predictions.dtype == .float32, predictions.rank == 1, targets.dtype == .int32,
      targets.shape == predictions.shape
    else {
      misuse(
        "AreaUnderROC: predictions \(predictions.shape) and targets \(targets.shape) must be "
          + "float32 [n] and int32 [n]")
    }
    scores.append(predictions.stopGradient())
    labels.append(targets.cast(to: .float32))
  }

  /// The area, from 0 to 1; NaN unless there are positive and negative samples and all scores are
  /// numbers.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float {
    guard !scores.isEmpty else { return .nan }
    let scores = concatenate(self.scores)
    let positives = concatenate(labels)
    let negatives = 1 - positives
    var numbers = BatchNumbers()
    numbers.append(positives.sum())
    numbers.append((scores .== scores).sum())
    let rows = max(1, AreaUnderROC.blockSize / max(scores.count, 1))
    for start in stride(from: 0, to: scores.count, by: rows) {
      let range = start..<min(start + rows, scores.count)
      let some = scores.slice(range).expanded(at: -1)
      let wins = (some .> scores) + (some .== scores) * 0.5
      numbers.append(((wins * negatives).sum(1) * positives.slice(range)).sum())
    }
    let values = try numbers.rows().map { $0[0] }
    let (positiveCount, count) = (values[0], Double(scores.count))
    guard values[1] == count else { return .nan }
    return Float(values[2...].reduce(0, +) / (positiveCount * (count - positiveCount)))
  }
}
