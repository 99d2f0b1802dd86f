import Backends

/// Changes of parameters in place, each one kernel.
extension Tensor {
  /// One step of gradient descent; see `SGDStep`.
  ///
  /// Other tensors that share the memory keep their numbers.
  public mutating func update(_ step: SGDStep, gradient: Tensor, velocity: inout Tensor?) {
    checkUpdate(gradient, velocity.map { [$0] } ?? [])
    makeUnique()
    velocity?.makeUnique()
    let gradient = gradient.dense
    let (parameter, velocity) = (array, velocity?.array)
    device.context.change([parameter, gradient.array] + (velocity.map { [$0] } ?? [])) {
      try $0.update(parameter, gradient: gradient.array, velocity: velocity, step)
    }
  }

  /// One step of Adam or AdamW; see `AdamStep`.
  ///
  /// Other tensors that share the memory keep their numbers.
  public mutating func update(
    _ step: AdamStep, gradient: Tensor, mean: inout Tensor, square: inout Tensor
  ) {
    checkUpdate(gradient, [mean, square])
    makeUnique()
    mean.makeUnique()
    square.makeUnique()
    let gradient = gradient.dense
    let (parameter, mean, square) = (array, mean.array, square.array)
    device.context.change([parameter, gradient.array, mean, square]) {
      try $0.update(parameter, gradient: gradient.array, mean: mean, square: square, step)
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
