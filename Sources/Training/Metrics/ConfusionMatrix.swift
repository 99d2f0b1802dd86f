import Tensors

/// How many samples of each class were predicted as each class.
///
/// Samples whose label or prediction is no class do not count.
public struct ConfusionMatrix: Metric {
  /// How many classes there are.
  public let classes: Int
  private var counts = Counts()

  /// Makes a metric that has seen nothing.
  ///
  /// - Parameter classes: How many classes there are.
  public init(classes: Int) {
    guard classes >= 1 else {
      misuse("ConfusionMatrix: \(classes) classes; there must be at least 1")
    }
    self.classes = classes
  }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: Scores, float32 `[n, classes]`, or classes, int32 `[n]`.
  ///   - targets: Labels, int32 `[n]`.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    let predicted = predictedClasses(predictions, targets, "ConfusionMatrix")
    counts.add(matmul(classMask(targets, classes).transposed(), classMask(predicted, classes)))
  }

  /// The matrix: entry `[i][j]` counts the samples of class i that were predicted as class j.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> [[Int]] {
    let counts = try counts.read() ?? Array(repeating: 0, count: classes * classes)
    return (0..<classes).map { Array(counts[$0 * classes..<($0 + 1) * classes]) }
  }
}
