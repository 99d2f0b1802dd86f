import Needletail

/// The steps of training a model for a task, recorded and repeated where the device can.
final class TaskSteps<Task: LearningTask> {
  private typealias Batch = Task.Samples.Batches.Element

  /// What a step leaves for the next, and the names of it.
  private final class Carried {
    var given: [String] = []
    var left: [String] = []
  }

  private let carried = Carried()
  private let step: RecordedStep

  /// Prepares the steps.
  ///
  /// - Parameter gradientLimit: The largest norm of all gradients together; nil for any.
  init(
    _ task: Task, _ model: Task.Model, _ optimizer: any Optimizer, gradientLimit: Float?
  ) {
    let transform = { (gradients: Gradients) in
      gradientLimit.map { gradients.clipped(toGlobalNorm: $0) } ?? gradients
    }
    step = RecordedStep(
      task.layer(model), optimizer, gradients: transform,
      results: { [carried] inputs in
        let given = inputs.suffix(carried.given.count)
        let batch = Batch(tensors: inputs.dropLast(carried.given.count))
        var state = Dictionary(uniqueKeysWithValues: zip(carried.given, given))
        let loss = task.loss(of: model, on: batch, carried: &state)
        carried.left = state.keys.sorted()
        return [loss] + carried.left.compactMap { state[$0] }
      })
  }

  /// Makes a step, and gives its loss.
  ///
  /// - Parameter state: What the last step of the epoch has left for this one; empty in the first.
  func train(on batch: Task.Samples.Batches.Element, carried state: inout [String: Tensor])
    -> Tensor
  {
    // The same names in each step of an epoch but the first, so that the inputs tell the steps apart.
    carried.given = state.keys.sorted()
    let results = step.results(of: batch.tensors + carried.given.compactMap { state[$0] })
    state = Dictionary(uniqueKeysWithValues: zip(carried.left, results.dropFirst()))
    return results[0]
  }
}
