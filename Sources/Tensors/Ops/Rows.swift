import Backends

extension Tensor {
  /// The rows of a matrix that the indices name, in their order.
  ///
  /// - Parameter indices: int32 of any shape, from 0 to rows − 1; any other gives a row of NaN.
  /// - Returns: The shape of the indices, then the columns. The gradient by a row named several
  ///   times is the sum in the order of the indices.
  public func gatherRows(_ indices: Tensor) -> Tensor {
    require(.float32, "gatherRows")
    indices.require(.int32, "gatherRows")
    guard rank == 2 else { misuse("gatherRows: shape \(shape) is not [rows, columns]") }
    let flat = indices.dense.reshaped([indices.count])
    let table = dense
    let array = Tensor.compute("gatherRows", [flat.count, shape[1]], from: [table, flat]) {
      backend, result in
      try backend.gatherRows(table.array, flat.array, to: result)
    }
    let rows = Tensor.result(array, of: [self]) { gradient in
      let gradient = gradient.dense
      let array = Tensor.compute("gatherRows", self.shape, from: [gradient, flat]) {
        backend, result in
        try backend.gatherRowsGradient(gradient.array, flat.array, to: result)
      }
      return [
        .result(
          array, of: [gradient], withoutGradient: "the second derivative of gatherRows")
      ]
    }
    return rows.reshaped(Shape(indices.shape + [shape[1]]))
  }
}
