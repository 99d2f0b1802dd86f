import Layers
import Optimizers
import Tensors

/// What a step of training does.
struct StepProgram {
  /// Makes the step, and returns the loss and what else was computed.
  let run: (_ inputs: [Tensor]) -> [Tensor]
  let optimizer: any Optimizer
  /// Where to compute, if there are no inputs to tell.
  private let device: () -> Device

  init(
    _ model: any Layer, _ optimizer: any Optimizer,
    _ transform: @escaping (Gradients) -> Gradients, _ results: @escaping RecordedStep.Results
  ) {
    self.optimizer = optimizer
    device = { model.namedParameters.first?.parameter.device ?? .current }
    run = { inputs in
      // The way back is the loss's alone: held by other results, it would last too long.
      var others: [Tensor] = []
      let (loss, gradients) = valueAndGradient(of: model) {
        let all = results(inputs)
        others = all.dropFirst().map { $0.stopGradient() }
        guard let loss = all.first else { misuse("RecordedStep: there is no loss in the results") }
        return loss
      }
      optimizer.update(transform(gradients))
      return [loss] + others
    }
  }

  /// Where the step is computed.
  func device(for inputs: [Tensor]) -> Device { inputs.first?.device ?? device() }
}
