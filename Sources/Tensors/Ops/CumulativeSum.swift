import Backends

extension Tensor {
  /// The sum of the elements up to each one along an axis, itself included.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).cumulativeSum(axis: 0)  // [1, 3, 6]
  /// ```
  ///
  /// - Parameters:
  ///   - axis: Along which axis; negative ones count from the last.
  ///   - reversed: Whether to sum from each element on instead.
  /// - Returns: A tensor of the same shape. The gradient is the sum in the other direction.
  public func cumulativeSum(axis: Int, reversed: Bool = false) -> Tensor {
    require(.float32, "cumulativeSum")
    let axis = shape.normalized(axis)
    let input = dense
    let array = Tensor.compute("cumulativeSum", shape, from: [input]) { backend, result in
      try backend.cumulativeSum(input.array, axis: axis, reversed: reversed, to: result)
    }
    return .result(array, of: [self]) { dy in
      [dy.cumulativeSum(axis: axis, reversed: !reversed)]
    }
  }
}
