import Datasets
import Layers
import Tensors

/// Evaluates a model that tells 1 from 0: the mean binary cross-entropy of its logits, and its
/// accuracy, a logit above 0 meaning 1.
///
/// Sums are taken on the device, batch by batch, and read once at the end.
///
/// - Parameters:
///   - model: From `[n, inputs]` to logits `[n, targets]`.
///   - dataset: The samples, whose targets are 0 or 1.
///   - batchSize: How many of them go through the model together.
/// - Throws: What went wrong on the device.
public func evaluateBinary(
  _ model: some Layer, on dataset: TableDataset, batchSize: Int = 256
) throws -> Evaluation {
  var losses = BatchNumbers()
  var accuracy = Accuracy()
  for batch in dataset.batches(of: batchSize) {
    let logits = model(batch.inputs)
    losses.append(binaryCrossEntropyWithLogits(logits, batch.targets, reduction: .sum))
    accuracy.update(
      (logits .> 0).cast(to: .int32).flattened(), batch.targets.cast(to: .int32).flattened())
  }
  return Evaluation(
    loss: Float(try losses.sum() / Double(dataset.count * dataset.targetCount)),
    accuracy: try accuracy.compute(), count: dataset.count)
}

/// How well a model of numbers does on a data set.
public struct RegressionEvaluation: Hashable, Sendable {
  /// The mean squared error.
  public let meanSquaredError: Float
  /// R², the part of the variance that is explained.
  public let r2: Float
  /// How many samples there were.
  public let count: Int
}

/// Evaluates a model of numbers: its mean squared error and R².
///
/// Sums are taken on the device, batch by batch, and read at the end.
///
/// - Parameters:
///   - model: From `[n, inputs]` to `[n, targets]`.
///   - dataset: The samples.
///   - batchSize: How many of them go through the model together.
/// - Throws: What went wrong on the device.
public func evaluateRegression(
  _ model: some Layer, on dataset: TableDataset, batchSize: Int = 256
) throws -> RegressionEvaluation {
  var error = MeanSquaredError()
  var r2 = R2Score()
  for batch in dataset.batches(of: batchSize) {
    let predictions = model(batch.inputs)
    error.update(predictions, batch.targets)
    r2.update(predictions, batch.targets)
  }
  return RegressionEvaluation(
    meanSquaredError: try error.compute(), r2: try r2.compute(), count: dataset.count)
}
