import Backends

extension Tensor {
  /// The rows of a matrix that the indices name, in their order.
  ///
  /// ```swift
  /// let table = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2])
  /// table.gatherRows(Tensor([2, 0] as [Int32]))  // [[5, 6], [1, 2]]
  /// ```
  ///
  /// - Parameter indices: int32 of any shape, from 0 to rows − 1; any other gives a row of NaN.
  /// - Returns: The shape of the indices, then the columns. The gradient by a row named several
  ///   times is the sum in the order of the indices.
  public func gatherRows(_ indices: Tensor) -> Tensor { gatherRows(indices, paddingIndex: nil) }

  /// The rows that the indices name; the row of padding, if there is one, gets no gradient.
  func gatherRows(_ indices: Tensor, paddingIndex: Int?) -> Tensor {
    require(.float32, "gatherRows")
    indices.require(.int32, "gatherRows")
    guard rank == 2 else { misuse("gatherRows: shape \(shape) is not [rows, columns]") }
    let flat = indices.dense.reshaped([indices.count])
    let table = dense
    let array = Tensor.compute("gatherRows", [flat.count, shape[1]], from: [table, flat]) {
      backend, result in
      try backend.gatherRows(table.array, flat.array, to: result)
    }
    let rows = Tensor.result(array, of: [self]) { dy in
      [dy.scatterRows(flat.replacing(paddingIndex, with: noRow), count: shape[0])]
    }
    return rows.reshaped(Shape(indices.shape + [shape[1]]))
  }

  /// For each of `count` rows the sum of this tensor's rows `[n, columns]` that an index names it
  /// for, in their order; indices `[n]` of no row add to none.
  ///
  /// This and `gatherRows` are each other's gradients.
  func scatterRows(_ indices: Tensor, count: Int) -> Tensor {
    let rows = dense
    let array = Tensor.compute("scatterRows", [count, shape[1]], from: [rows, indices]) {
      backend, result in
      try backend.gatherRowsGradient(rows.array, indices.array, to: result)
    }
    return .result(array, of: [self]) { dy in [dy.gatherRows(indices)] }
  }

  /// Integers with another number in place of one.
  private func replacing(_ old: Int?, with new: Int32) -> Tensor {
    guard let old else { return self }
    let isOld = self .== Tensor([Int32(old)], device: device)
    return Tensor.where(isOld, Tensor([new], device: device), self)
  }
}

/// An index that is no row of any table.
private let noRow: Int32 = -1

/// The vectors of a table that indices name: a lookup.
///
/// ```swift
/// embedding(Tensor([2, 0] as [Int32]), .eye(3))  // [[0, 0, 1], [1, 0, 0]]
/// ```
///
/// - Parameters:
///   - indices: int32 of any shape, from 0 to count − 1; any other gives a vector of NaN.
///   - weight: The table, `[count, features]`.
///   - paddingIndex: An index whose vector gets no gradient, such as that of a filling token.
/// - Returns: The shape of the indices, then the features. The gradient by a vector named several
///   times is the sum in the order of the indices, the same bits each time.
public func embedding(_ indices: Tensor, _ weight: Tensor, paddingIndex: Int? = nil) -> Tensor {
  guard weight.rank == 2, indices.dtype == .int32 else {
    misuse(
      "embedding: indices of \(indices.dtype) \(indices.shape) and weight \(weight.shape) must be "
        + "int32 and [count, features]")
  }
  if let paddingIndex, paddingIndex < 0 || paddingIndex >= weight.shape[0] {
    misuse("embedding: padding index \(paddingIndex) is no row of weight \(weight.shape)")
  }
  return weight.gatherRows(indices, paddingIndex: paddingIndex)
}
