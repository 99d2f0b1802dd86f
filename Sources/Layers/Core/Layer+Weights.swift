import Tensors

extension Layer {
  /// The values of the parameters by the names of `namedParameters`, then those of the buffers by the
  /// names of `namedBuffers`.
  public var weights: [(name: String, tensor: Tensor)] {
    namedParameters.map { (name: $0.name, tensor: $0.parameter.value) }
      + namedBuffers.map { (name: $0.name, tensor: $0.buffer.value) }
  }

  /// Replaces the values of all parameters and buffers, copying them to their devices.
  ///
  /// ```swift
  /// let copy = Linear(2, 1), original = Linear(2, 1)
  /// try copy.loadWeights(["weight": original.weight.value, "bias": Tensor([0])])
  /// ```
  ///
  /// - Throws: `NamedTensorsError` where there is not exactly one tensor of the right shape for each
  ///   parameter and buffer, or what went wrong on the device a tensor was read from. Then nothing
  ///   is changed.
  public func loadWeights(_ tensors: [String: Tensor]) throws {
    let expected = weights
    try requireFit(
      tensors, like: Dictionary(uniqueKeysWithValues: expected.map { ($0.name, $0.tensor) }),
      "weights")
    replaceWeights(try expected.map { try tensors[$0.name]!.to($0.tensor.device) })
  }

  /// Moves parameters and buffers to another device; an optimizer is to be made after that.
  ///
  /// - Throws: What went wrong on the device a tensor was read from. Then nothing is moved.
  public func move(to device: Device) throws {
    replaceWeights(try weights.map { try $0.tensor.to(device) })
  }

  /// Replaces the values of parameters and buffers by tensors in the order of `weights`.
  private func replaceWeights(_ values: [Tensor]) {
    let parameters = namedParameters.map(\.parameter)
    for (parameter, value) in zip(parameters, values) { parameter.value = value }
    let buffers = namedBuffers.map(\.buffer)
    for (buffer, value) in zip(buffers, values.dropFirst(parameters.count)) { buffer.value = value }
  }
}
