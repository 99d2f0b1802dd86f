import Tensors

/// The mean squared error: the mean of (y − t)² over all elements.
public struct MeanSquaredError: Metric {
  private var errors = BatchNumbers()
  private var count = 0

  /// Makes a metric that has seen nothing.
  public init() {}

  /// Takes in a batch: predictions and targets of one shape, float32.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    let error = difference(predictions, targets, "MeanSquaredError")
    errors.append((error * error).sum())
    count += error.count
  }

  /// The error; NaN of no elements.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float { Float(try errors.sum() / Double(count)) }
}

/// The mean absolute error: the mean of |y − t| over all elements.
public struct MeanAbsoluteError: Metric {
  private var errors = BatchNumbers()
  private var count = 0

  /// Makes a metric that has seen nothing.
  public init() {}

  /// Takes in a batch: predictions and targets of one shape, float32.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    let error = difference(predictions, targets, "MeanAbsoluteError")
    errors.append(error.abs().sum())
    count += error.count
  }

  /// The error; NaN of no elements.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float { Float(try errors.sum() / Double(count)) }
}

/// The coefficient of determination R² = 1 − Σ (y − t)² / Σ (t − t̄)²: the part of the targets'
/// variance that the predictions explain.
///
/// The mean over the outputs, as in scikit-learn; of an output whose targets are all equal, 1 where
/// they are met exactly and otherwise 0.
public struct R2Score: Metric {
  private var numbers = BatchNumbers()
  private var counts: [Int] = []
  private var outputs: Int?

  /// Makes a metric that has seen nothing.
  public init() {}

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: float32 `[n]`, or `[n, …]` of several outputs.
  ///   - targets: Of the same shape.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    let error = difference(predictions, targets, "R2Score")
    guard error.rank >= 1, error.count > 0 else {
      misuse("R2Score: predictions \(predictions.shape) must be [n, …] and not empty")
    }
    let n = error.shape[0]
    let width = error.count / n
    guard outputs ?? width == width else {
      misuse("R2Score: predictions \(predictions.shape) after batches of \(outputs ?? 0) outputs")
    }
    outputs = width
    let (errors, targets) = (error.reshaped([n, width]), targets.reshaped([n, width]))
    let mean = targets.mean(0, keepingAxes: true)
    let deviation = targets - mean
    numbers.append((errors * errors).sum(0), mean, (deviation * deviation).sum(0))
    counts.append(n)
  }

  /// R², at most 1; NaN of no samples.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float {
    let rows = try numbers.rows()
    guard let outputs else { return .nan }
    let scores = (0..<outputs).map { output in
      var total = Variation()
      var error = 0.0
      for (row, count) in zip(rows, counts) {
        error += row[output]
        total.add(
          Variation(
            count: Double(count), mean: row[outputs + output], squares: row[2 * outputs + output]))
      }
      if total.squares == 0 { return error == 0 ? 1.0 : 0.0 }
      return 1 - error / total.squares
    }
    return Float(scores.reduce(0, +) / Double(outputs))
  }
}

/// How far numbers are from their mean.
private struct Variation {
  var count = 0.0
  var mean = 0.0
  /// The sum of the squared distances.
  var squares = 0.0

  /// Takes in more numbers (Chan, Golub, LeVeque 1979).
  mutating func add(_ other: Variation) {
    let all = count + other.count
    let distance = other.mean - mean
    squares += other.squares + distance * distance * count * other.count / all
    mean += distance * other.count / all
    count = all
  }
}

/// Predictions minus targets, which must have one shape.
private func difference(
  _ predictions: Tensor, _ targets: Tensor, _ metric: StaticString
) -> Tensor {
  guard predictions.shape == targets.shape else {
    misuse(
      "\(metric): predictions \(predictions.shape) and targets \(targets.shape) must have one shape"
    )
  }
  return predictions.stopGradient() - targets.stopGradient()
}
