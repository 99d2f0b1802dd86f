import Datasets
import Layers
import Tensors

/// How well a classifier does on a data set.
public struct Evaluation: Hashable, Sendable {
  /// The mean cross-entropy; NaN of an empty data set.
  public let loss: Float
  /// The part of the samples whose most likely class is the right one; NaN of an empty data set.
  public let accuracy: Float
  /// How many samples there were.
  public let count: Int
}

/// Evaluates a classifier: the mean cross-entropy of its logits, and its accuracy.
///
/// Sums are taken on the device, batch by batch, and read once at the end.
///
/// - Parameters:
///   - model: From images `[n, channels, height, width]` to logits `[n, classes]`.
///   - dataset: The samples.
///   - batchSize: How many of them go through the model together.
/// - Throws: What went wrong on the device.
public func evaluate(
  _ model: some Layer, on dataset: Dataset, batchSize: Int = 256
) throws -> Evaluation {
  var sums: [Tensor] = []
  for batch in dataset.batches(of: batchSize) {
    let logits = model(batch.images)
    let losses = softmaxCrossEntropy(logits, batch.labels)
    // A batch has far fewer than 2²⁴ samples, so that its count is exact as a float.
    let correct = (logits.argMax(1) .== batch.labels).cast(to: .float32)
    sums += [losses.sum().reshaped([1]), correct.sum().reshaped([1])]
  }
  guard !sums.isEmpty else { return Evaluation(loss: .nan, accuracy: .nan, count: 0) }
  let values = try concatenate(sums).scalars()
  var (loss, correct) = (0.0, 0.0)
  for index in stride(from: 0, to: values.count, by: 2) {
    loss += Double(values[index])
    correct += Double(values[index + 1])
  }
  let count = Double(dataset.count)
  return Evaluation(
    loss: Float(loss / count), accuracy: Float(correct / count), count: dataset.count)
}

/// The part of the samples whose most likely class is the right one.
///
/// - Throws: What went wrong on the device.
public func accuracy(
  of model: some Layer, on dataset: Dataset, batchSize: Int = 256
) throws -> Float {
  try evaluate(model, on: dataset, batchSize: batchSize).accuracy
}
