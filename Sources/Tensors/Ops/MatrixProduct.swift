import Backends

/// The matrix product, over any batch axes in front.
///
/// ```swift
/// let a = Tensor([1, 2, 3, 4], shape: [2, 2])
/// matmul(a, a)  // [[7, 10], [15, 22]]
/// matmul(a, Tensor([1, 1]))  // [3, 7]
/// matmul(.zeros([8, 1, 2, 3]), .zeros([5, 3, 4])).shape  // [8, 5, 2, 4]
/// ```
///
/// - Parameters:
///   - a: `[…, m, k]`, or a vector `[k]`, taken as a row.
///   - b: `[…, k, n]`, or a vector `[k]`, taken as a column. The batch axes of both broadcast.
/// - Returns: `[…, m, n]`; the axis of a vector is left out.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
  a.require(.float32, "matmul")
  b.require(.float32, "matmul")
  guard a.rank > 0, b.rank > 0 else {
    misuse("matmul: shapes \(a.shape) and \(b.shape); a scalar is no matrix")
  }
  if a.rank == 1 { return matmul(a.expanded(at: 0), b).squeezed(b.rank == 1 ? 0 : -2) }
  if b.rank == 1 { return matmul(a, b.expanded(at: 1)).squeezed(-1) }
  guard a.shape[-1] == b.shape[-2] else {
    misuse("matmul: shapes \(a.shape) and \(b.shape) do not fit: \(a.shape[-1]) ≠ \(b.shape[-2])")
  }
  let rows = a.shape[-2]
  let inner = a.shape[-1]
  let columns = b.shape[-1]
  // One matrix on the right serves all rows of all batches on the left.
  if b.rank == 2 {
    let flat = a.reshaped([1, a.shape.dropLast().reduce(1, *), inner])
    let product = batchProduct(flat, b.expanded(at: 0))
    return product.reshaped(Shape(a.shape.dropLast() + [columns]))
  }
  guard let batch = Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2))) else {
    misuse("matmul: the batches of shapes \(a.shape) and \(b.shape) do not broadcast")
  }
  let left = a.broadcast(to: Shape(batch + [rows, inner])).reshaped([batch.count, rows, inner])
  let right = b.broadcast(to: Shape(batch + [inner, columns]))
    .reshaped([batch.count, inner, columns])
  return batchProduct(left, right).reshaped(Shape(batch + [rows, columns]))
}

/// `[batch, m, k]` times `[batch, k, n]`.
private func batchProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
  let shape: Shape = [a.shape[0], a.shape[1], b.shape[2]]
  let array = Tensor.compute("matmul", shape, from: [a, b]) { backend, result in
    try backend.matrixProduct(a.array, b.array, to: result)
  }
  let areTransposed = (a.isTransposed, b.isTransposed)
  return .result(array, of: [a, b]) { [a = a.kept(for: b), b = b.kept(for: a)] dy in
    let gradientOfB = a.map { batchProduct($0.transposed(), dy, transposed: areTransposed.1) }
    // The last, so that a backend can do what comes next, on the way back, in the same kernel.
    let gradientOfA = b.map { batchProduct(dy, $0.transposed(), transposed: areTransposed.0) }
    return [gradientOfA, gradientOfB]
  }
}

/// The product with its columns one after another in memory where it is `transposed`: as the transpose
/// of bᵀ·aᵀ.
///
/// The gradient by a transposed operand, such as the weight of a linear layer, is then without gaps
/// when it has been transposed back.
private func batchProduct(_ a: Tensor, _ b: Tensor, transposed: Bool) -> Tensor {
  transposed
    ? batchProduct(b.transposed(), a.transposed()).transposed() : batchProduct(a, b)
}

extension Tensor {
  /// Whether neighbours in a column of the matrices are neighbours in memory, and those in a row are not.
  fileprivate var isTransposed: Bool {
    array.layout.stride(-2) == 1 && array.layout.stride(-1) != 1 && shape[-2] > 1
  }
}
