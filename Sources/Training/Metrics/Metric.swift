import Tensors

/// A measure of how well a model does, over any number of batches.
///
/// Batches are taken in on the device, without waiting for it; only `compute()` reads, once and
/// little. A metric is a value: a new one begins anew.
///
/// ```swift
/// var accuracy = Accuracy()
/// var scores = ClassScores(classes: 10)
/// for batch in test.batches(of: 256) {
///   let logits = model(batch.images)
///   accuracy.update(logits, batch.labels)
///   scores.update(logits, batch.labels)
/// }
/// print(try accuracy.compute(), try scores.compute().f1(.macro))
/// ```
public protocol Metric: Sendable {
  /// What is measured.
  associatedtype Value: Sendable

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - predictions: What the model says.
  ///   - targets: What is right.
  mutating func update(_ predictions: Tensor, _ targets: Tensor)

  /// The measure over all batches so far.
  ///
  /// - Throws: What went wrong on the device.
  func compute() throws -> Value
}
