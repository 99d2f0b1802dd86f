import Tensors

/// Precision, recall and F1 of a classifier, for each class and averaged.
public struct ClassScores: Metric {
  /// How many classes there are.
  public let classes: Int
  private var counts = Counts()

  /// Makes a metric that has seen nothing.
  ///
  /// - Parameter classes: How many classes there are.
  public init(classes: Int) {
    guard classes >= 1 else { misuse("ClassScores: \(classes) classes; there must be at least 1") }
    self.classes = classes
  }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: Scores, float32 `[n, classes]`, or classes, int32 `[n]`.
  ///   - targets: Labels, int32 `[n]`.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) {
    let predicted = classMask(predictedClasses(predictions, targets, "ClassScores"), classes)
    let actual = classMask(targets, classes)
    counts.add(stack([(predicted * actual).sum(0), predicted.sum(0), actual.sum(0)]))
  }

  /// The scores over all batches so far.
  ///
  /// - Throws: What went wrong on the device.
  public func compute() throws -> ClassificationScores {
    let counts = try counts.read() ?? Array(repeating: 0, count: 3 * classes)
    return ClassificationScores(
      truePositives: Array(counts[..<classes]),
      predicted: Array(counts[classes..<2 * classes]), actual: Array(counts[(2 * classes)...]))
  }
}

/// What a classifier got right for each class.
///
/// With the true positives TP of a class: precision = TP / predicted, recall = TP / actual, and F1 =
/// 2·TP / (predicted + actual), their harmonic mean; 0 where the divisor is 0 (van Rijsbergen:
/// Information Retrieval, 1979).
public struct ClassificationScores: Hashable, Sendable {
  /// How the scores of classes become one.
  public enum Average: Sendable {
    /// The mean over the classes that were predicted or occur.
    case macro
    /// The score of the counts added up over the classes.
    case micro
  }

  /// How many samples of each class were predicted as such.
  public let truePositives: [Int]
  /// How many samples were predicted as each class.
  public let predicted: [Int]
  /// How many samples there are of each class.
  public let actual: [Int]

  /// The part of those predicted as a class that are of it, for each class.
  public var precision: [Float] { truePositives.indices.map { precision([$0]) } }
  /// The part of those of a class that were predicted as such, for each class.
  public var recall: [Float] { truePositives.indices.map { recall([$0]) } }
  /// The harmonic mean of precision and recall, for each class.
  public var f1: [Float] { truePositives.indices.map { f1([$0]) } }

  /// The precision over all classes.
  public func precision(_ average: Average) -> Float { averaged(average, precision) }
  /// The recall over all classes.
  public func recall(_ average: Average) -> Float { averaged(average, recall) }
  /// The F1 over all classes.
  public func f1(_ average: Average) -> Float { averaged(average, f1) }

  private func precision(_ classes: [Int]) -> Float {
    ratio(sum(truePositives, classes), sum(predicted, classes))
  }

  private func recall(_ classes: [Int]) -> Float {
    ratio(sum(truePositives, classes), sum(actual, classes))
  }

  private func f1(_ classes: [Int]) -> Float {
    ratio(2 * sum(truePositives, classes), sum(predicted, classes) + sum(actual, classes))
  }

  private func averaged(_ average: Average, _ score: ([Int]) -> Float) -> Float {
    let present = truePositives.indices.filter { predicted[$0] + actual[$0] > 0 }
    guard average == .macro else { return score(present) }
    let scores = present.map { Double(score([$0])) }
    return scores.isEmpty ? 0 : Float(scores.reduce(0, +) / Double(scores.count))
  }

  private func sum(_ counts: [Int], _ classes: [Int]) -> Int {
    classes.reduce(0) { $0 + counts[$1] }
  }

  private func ratio(_ part: Int, _ whole: Int) -> Float {
    whole == 0 ? 0 : Float(Double(part) / Double(whole))
  }
}
