import Backends

/// Changes of parameters in place.
extension Tensor {
  /// One step of an optimizer; see `UpdateRule`.
  ///
  /// Other tensors that share the memory of the parameter or of its state keep their numbers.
  ///
  /// - Parameter state: A tensor for each of the rule's `stateNames`, in that order.
  public mutating func update(by rule: UpdateRule, gradient: Tensor, state: inout [Tensor]) {
    var updates = TensorUpdates()
    updates.add(&self, gradient: gradient, state: &state)
    updates.perform(by: rule)
  }

  /// Gives the tensor dense memory of its own.
  mutating func makeUnique() {
    if isReadyForChange() { return }
    self = copied
  }

  /// Whether the tensor has dense memory that it shares with no other, after carrying out what reads
  /// it and waits.
  mutating func isReadyForChange() -> Bool {
    // What the backend has deferred refers to the memory too, until it is carried out.
    device.context.change([array]) { [array] _ in try array.storage.prepareForChange() }
    return array.layout.isDense && isKnownUniquelyReferenced(&array.storage)
  }
}

/// Steps of an optimizer that are made together: parameters that one rule changes with the same
/// numbers.
package struct TensorUpdates {
  private var updates: [(device: Device, update: ParameterUpdate)] = []

  package init() {}

  /// Adds a parameter, which gets dense memory of its own and must not be used before `perform`.
  package mutating func add(_ parameter: inout Tensor, gradient: Tensor, state: inout [Tensor]) {
    for tensor in [gradient] + state {
      guard tensor.shape == parameter.shape, tensor.dtype == parameter.dtype,
        tensor.device == parameter.device
      else {
        misuse(
          "update: a parameter \(parameter.dtype) \(parameter.shape) on \(parameter.device.name) "
            + "with \(tensor.dtype) \(tensor.shape) on \(tensor.device.name)")
      }
    }
    parameter.makeUnique()
    for index in state.indices { state[index].makeUnique() }
    updates.append(
      (
        parameter.device,
        ParameterUpdate(
          parameter.array, gradient: gradient.dense.array, state: state.map(\.array))
      ))
  }

  /// Makes the step of all parameters, those of a device at once.
  package consuming func perform(by rule: UpdateRule) {
    while let device = updates.first?.device {
      let together = updates.filter { $0.device == device }.map(\.update)
      updates.removeAll { $0.device == device }
      device.context.change(together.flatMap(\.arrays)) { try $0.update(together, by: rule) }
    }
  }
}
