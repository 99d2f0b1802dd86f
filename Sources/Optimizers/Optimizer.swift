import Layers
import Tensors

/// What a checkpoint needs of an optimizer.
public protocol ResumableOptimizer: AnyObject {
  /// How many steps have been made.
  var stepCount: Int { get }

  /// What the optimizer remembers about each parameter, for a checkpoint: tensors named by what
  /// they are and whose, such as `momentum.features.0.weight`.
  var state: [String: Tensor] { get }

  /// Goes on from a checkpoint.
  ///
  /// - Parameters:
  ///   - step: The `stepCount` of the checkpoint.
  ///   - state: Its `state`; copied to the parameters' devices.
  /// - Throws: `NamedTensorsError` where the state is not that of such an optimizer of such a model,
  ///   or what went wrong on the device a tensor was read from. Then nothing is changed.
  func restore(step: Int, state: [String: Tensor]) throws
}

/// Changes the parameters of a model along the gradients of a loss.
///
/// Parameters are changed in place, on their device, without waiting for it. A parameter the loss
/// did not depend on stays as it is, and so does its state.
public protocol Optimizer: ResumableOptimizer {
  /// The learning rate of the next step.
  var learningRate: Float { get }

  /// Makes a step.
  ///
  /// - Parameter gradients: Of `valueAndGradient(of:)` with the optimizer's model.
  func update(_ gradients: Gradients)
}
