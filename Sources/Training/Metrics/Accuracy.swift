import Tensors

/// The part of the samples whose predicted class is the right one.
public struct Accuracy: Metric {
  private var correct = Counts()
  private var count = 0

  /// Makes a metric that has seen nothing.
  public init() {}

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: Scores, float32 `[n, classes]`, or classes, int32 `[n]`.
  ///   - targets: Labels, int32 `[n]`.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    let predicted = predictedClasses(predictions, targets, "Accuracy")
    correct.add((predicted .== targets).sum())
    count += targets.count
  }

  /// The accuracy, from 0 to 1; NaN of no samples.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float { try correct.part(of: count) }
}

/// The part of the samples whose label is among the k classes with the largest scores.
///
/// Of equal scores, that of the lower class counts as larger.
public struct TopKAccuracy: Metric {
  /// How many classes count.
  public let k: Int
  private var correct = Counts()
  private var count = 0

  /// Makes a metric that has seen nothing.
  ///
  /// - Parameter k: How many classes count, at least 1.
  public init(_ k: Int) {
    guard k >= 1 else { misuse("TopKAccuracy: k is \(k) and must be at least 1") }
    self.k = k
  }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: Scores, float32 `[n, classes]`.
  ///   - targets: Labels, int32 `[n]`.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    guard predictions.dtype == .float32, predictions.rank == 2, targets.dtype == .int32,
      targets.shape == [predictions.shape[0]]
    else {
      misuse(
        "TopKAccuracy: predictions \(predictions.shape) and targets \(targets.shape) must be "
          + "float32 [n, classes] and int32 [n]")
    }
    let classes = predictions.shape[1]
    let lowest = Tensor(-.infinity, device: predictions.device)
    // A label that is no class has the score −∞.
    let score = Tensor.where(classMask(targets, classes), predictions, lowest)
      .max(1, keepingAxes: true)
    let isLower =
      Tensor.arange(0..<classes, device: targets.device) .< targets.expanded(at: -1)
    // How many are before the label; NaN before all, and all before a NaN.
    let before = 1 - (predictions .<= score) + (predictions .== score) * isLower
    correct.add((before.sum(1) .< Float(k)).sum())
    count += targets.count
  }

  /// The accuracy, from 0 to 1; NaN of no samples.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> Float { try correct.part(of: count) }
}

extension Counts {
  /// The only count, as a part of another.
  fileprivate func part(of count: Int) throws -> Float {
    Float(Double(try read()?[0] ?? 0) / Double(count))
  }
}
