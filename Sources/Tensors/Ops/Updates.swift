import Backends

/// Changes of parameters in place.
extension Tensor {
  /// One step of an optimizer; see `UpdateRule`.
  ///
  /// Other tensors that share the memory of the parameter or of its state keep their numbers.
  ///
  /// - Parameter state: A tensor for each of the rule's `stateNames`, in that order.
  public mutating func update(by rule: UpdateRule, gradient: Tensor, state: inout [Tensor]) {
    checkUpdate(gradient, state)
    makeUnique()
    for index in state.indices { state[index].makeUnique() }
    let (parameter, gradient, kept) = (array, gradient.dense.array, state.map(\.array))
    device.context.change([parameter, gradient] + kept) {
      try $0.update(parameter, gradient: gradient, state: kept, by: rule)
    }
  }

  private func checkUpdate(_ gradient: Tensor, _ state: [Tensor]) {
    for tensor in [gradient] + state {
      guard tensor.shape == shape, tensor.dtype == dtype, tensor.device == device else {
        misuse(
          "update: a parameter \(dtype) \(shape) on \(device.name) with \(tensor.dtype) "
            + "\(tensor.shape) on \(tensor.device.name)")
      }
    }
  }

  /// Gives the tensor dense memory of its own.
  private mutating func makeUnique() {
    if array.layout.isDense, isKnownUniquelyReferenced(&array.storage) { return }
    let copy = Tensor.compute("copy", shape, dtype, from: [self]) { [self] backend, result in
      try backend.pointwise(Expressions.identity, scalars: [], [array], to: result)
    }
    self = Tensor(copy, on: device)
  }
}
