import Tensors

extension Layer {
  /// The values of the parameters, in the order and by the names of `namedParameters`.
  public var weights: [(name: String, tensor: Tensor)] {
    namedParameters.map { (name: $0.name, tensor: $0.parameter.value) }
  }

  /// Replaces the values of all parameters, copying them to the parameters' devices.
  ///
  /// - Throws: `NamedTensorsError` where there is not exactly one tensor of the right shape for each
  ///   parameter, or what went wrong on the device a tensor was read from. Then nothing is changed.
  public func loadWeights(_ tensors: [String: Tensor]) throws {
    let parameters = namedParameters
    let expected = parameters.map { ($0.name, $0.parameter.value) }
    try requireFit(tensors, like: Dictionary(uniqueKeysWithValues: expected), "weights")
    let values = try parameters.map { try tensors[$0.name]!.to($0.parameter.device) }
    for (entry, value) in zip(parameters, values) { entry.parameter.value = value }
  }

  /// Moves the parameters to another device; an optimizer is to be made after that.
  ///
  /// - Throws: What went wrong on the device a parameter was read from. Then nothing is moved.
  public func move(to device: Device) throws {
    let parameters = namedParameters.map(\.parameter)
    let values = try parameters.map { try $0.value.to(device) }
    for (parameter, value) in zip(parameters, values) { parameter.value = value }
  }
}
