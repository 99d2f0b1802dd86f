import Tensors

/// Numbers of each batch, kept on the device until they are read together.
///
/// Sums over many batches would lose digits in float32: they are formed in double precision, of one
/// number for each batch.
struct BatchNumbers: Sendable {
  /// How many vectors are kept before they are joined to one.
  private static let joinedCount = 256

  private var parts: [Tensor] = []
  private var width = 0

  /// Keeps the numbers of a batch: tensors that have together the same count each time.
  mutating func append(_ numbers: Tensor...) {
    width = numbers.reduce(0) { $0 + $1.count }
    parts.append(concatenate(numbers.map { $0.flattened() }))
    if parts.count == BatchNumbers.joinedCount { parts = [concatenate(parts)] }
  }

  /// The numbers of each batch.
  func rows() throws -> [[Double]] {
    guard !parts.isEmpty else { return [] }
    let values = try concatenate(parts).scalars()
    return stride(from: 0, to: values.count, by: width).map { start in
      values[start..<start + width].map(Double.init)
    }
  }

  /// The sum of the only number of each batch; 0 of none.
  func sum() throws -> Double { try rows().reduce(0) { $0 + $1[0] } }
}

/// Counts over all batches, kept on the device as integers, so that they stay exact.
struct Counts: Sendable {
  private var total: Tensor?

  /// Adds the counts of a batch, whole numbers below 2²⁴ in float32.
  mutating func add(_ counts: Tensor) {
    let counts = counts.stopGradient().cast(to: .int32)
    total = total.map { $0 + counts } ?? counts
  }

  /// The counts in row-major order; nil where nothing was added.
  func read() throws -> [Int]? { try total?.integers().map(Int.init) }
}

/// The predicted classes: the position of the largest of scores `[n, classes]`, or int32 `[n]` as
/// they are.
func predictedClasses(_ predictions: Tensor, _ targets: Tensor, _ metric: StaticString) -> Tensor {
  let isFit = predictions.dtype == .int32 ? predictions.rank == 1 : predictions.rank == 2
  guard isFit, targets.dtype == .int32, targets.shape == [predictions.shape[0]] else {
    misuse(
      "\(metric): \(predictions.dtype) predictions \(predictions.shape) and \(targets.dtype) "
        + "targets \(targets.shape) must be float32 [n, classes] or int32 [n], and int32 [n]")
  }
  return predictions.dtype == .int32 ? predictions : predictions.argMax(1)
}

/// 1 where the class is that of the label, otherwise 0: `[n]` to `[n, classes]`.
///
/// Unlike `Tensor.oneHot`, 0 for a label that is no class, which then counts nowhere.
func classMask(_ labels: Tensor, _ classes: Int) -> Tensor {
  labels.expanded(at: -1) .== Tensor.arange(0..<classes, device: labels.device)
}
