import Backends

extension Backend {
  /// Copies elements from one layout to another of the same shape.
  func copy(_ source: StridedArray, to target: StridedArray) throws {
    let identity =
      source.dtype == .float32 ? Expressions.identity : Expressions.integerIdentity
    try pointwise(identity, scalars: [], [source], to: target)
  }
}

extension Tensor {
  /// Computes a new array from operands, which must live on one device.
  static func compute(
    _ name: StaticString, _ shape: Shape, _ dtype: DType = .float32, from operands: [Tensor],
    _ body: (any Backend, StridedArray) throws -> Void
  ) -> StridedArray {
    let device = operands[0].device
    for operand in operands.dropFirst() where operand.device != device {
      misuse(
        "\(name): operands on \(device.name) and \(operand.device.name); "
          + "copy one with to(_:) first")
    }
    return device.context.compute(shape, dtype, from: operands.map(\.array), body)
  }

  /// Stops the program where the tensor is not of the type.
  func require(_ expected: DType, _ name: StaticString) {
    guard dtype == expected else {
      misuse("\(name): a tensor of \(dtype) \(shape) where \(expected) is needed")
    }
  }

  /// The tensor without gaps from the start of its memory, as most operations need it.
  var dense: Tensor {
    if array.layout.isDense { return self }
    return .result(copied.array, of: [self]) { gradient in [gradient] }
  }

  /// The same numbers in dense memory of their own, as a constant.
  var copied: Tensor {
    let copy = Tensor.compute("copy", shape, dtype, from: [self]) { backend, result in
      try backend.copy(array, to: result)
    }
    return Tensor(copy, on: device)
  }

  /// The tensor on another device; the same tensor where it lives there already.
  ///
  /// - Throws: What went wrong on the device the tensor is read from.
  public func to(_ device: Device) throws -> Tensor {
    if device == self.device { return self }
    switch dtype {
    case .float32: return Tensor(try scalars(), shape: shape, device: device)
    case .int32: return Tensor(try integers(), shape: shape, device: device)
    }
  }
}
