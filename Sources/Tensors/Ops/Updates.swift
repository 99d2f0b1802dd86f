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

  /// Adds a tensor of the same shape, in the memory of this one unless that is shared or the sum is
  /// itself to be differentiated.
  mutating func add(_ other: Tensor) {
    let isFollowed = Recording.isOn && (node != nil || other.node != nil)
    if !isFollowed, array.layout.isDense, isKnownUniquelyReferenced(&array.storage) {
      let (sum, part) = (array, other.array)
      let isDone = device.context.change([sum, part]) {
        try $0.pointwise(Expressions.binary(.add, dtype), scalars: [], [sum, part], to: sum)
      }
      if isDone { return }
    }
    // Of a failure, this leaves a result that is marked as failed.
    self = self + other
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
