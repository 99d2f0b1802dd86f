import Backends
import COpenBLAS

extension CPUBackend {
  /// One `sgemm` for each matrix of the batch, or a single one where the right operand is shared.
  public func matrixProduct(
    _ left: StridedArray, _ right: StridedArray, to result: StridedArray
  ) throws {
    let (a, b, c) = (left.shape, right.shape, result.shape)
    guard a.rank == 3, b.rank == 3, a[0] == b[0], a[2] == b[1], c == [a[0], a[1], b[2]] else {
      misuse("matrixProduct: \(a) · \(b) to \(c)")
    }
    let target = result.floats
    guard let output = target.baseAddress, !target.isEmpty else { return }
    let x = try MatrixBatch(left, self)
    let y = try MatrixBatch(right, self)
    let (m, k, n) = (a[1], a[2], b[2])
    if let merged = x.merged(rows: m, batch: a[0]), y.batchStride == 0 {
      multiply(merged, y[0], m: a[0] * m, n: n, k: k, adding: false, to: output, rowStride: n)
    } else {
      for i in 0..<a[0] {
        multiply(
          x[i], y[i], m: m, n: n, k: k, adding: false, to: output + i * m * n, rowStride: n)
      }
    }
  }
}

/// A matrix as BLAS takes it: rows without gaps inside, or the transpose of such.
struct Matrix {
  var elements: UnsafePointer<Float>
  /// Whether memory holds the transpose.
  var isTransposed = false
  /// The distance between rows in memory.
  var rowStride: Int

  init(_ elements: UnsafePointer<Float>, isTransposed: Bool = false, rowStride: Int) {
    self.elements = elements
    self.isTransposed = isTransposed
    self.rowStride = rowStride
  }
}

/// target = left · right, or target + left · right, with the `m`×`n` target's rows `rowStride`
/// apart.
func multiply(
  _ left: Matrix, _ right: Matrix, m: Int, n: Int, k: Int, adding: Bool,
  to target: UnsafeMutablePointer<Float>, rowStride: Int
) {
  if m == 0 || n == 0 { return }
  if k == 0 {
    if !adding { for row in 0..<m { (target + row * rowStride).update(repeating: 0, count: n) } }
    return
  }
  cblas_sgemm(
    CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans,
    right.isTransposed ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), 1,
    left.elements, blasint(left.rowStride), right.elements, blasint(right.rowStride),
    adding ? 1 : 0, target, blasint(rowStride))
}

/// An operand `[batch, rows, columns]` as matrices that BLAS takes.
private struct MatrixBatch {
  let first: Matrix
  let batchStride: Int
  /// What holds the elements where they had to be copied.
  private let copy: CPUStorage?

  init(_ array: StridedArray, _ backend: CPUBackend) throws {
    if let matrix = MatrixBatch.matrix(array.floatBase, array.layout) {
      (first, batchStride, copy) = (matrix, array.layout.stride(0), nil)
      return
    }
    // Matrices that a batch shares are copied once.
    let isShared = array.layout.stride(0) == 0
    let source = isShared ? array.layout.sliced(0, 0..<1) : array.layout
    let storage = try backend.workspace(floatCount: source.shape.count)
    var cursor = StridedCursor(source)
    cursor.gather(
      source.shape.count, from: array.base.assumingMemoryBound(to: UInt32.self),
      to: storage.base.assumingMemoryBound(to: UInt32.self))
    let columns = source.shape[2]
    first = Matrix(storage.floats, rowStride: columns)
    batchStride = isShared ? 0 : source.shape[1] * columns
    copy = storage
  }

  /// The first matrix in place, or nil where BLAS cannot walk through it.
  private static func matrix(_ base: UnsafeMutablePointer<Float>, _ layout: Layout) -> Matrix? {
    let (rows, columns) = (layout.shape[1], layout.shape[2])
    let elements = UnsafePointer(base + layout.offset)
    let rowStride = rows > 1 ? layout.stride(1) : max(columns, 1)
    if columns <= 1 || layout.stride(2) == 1, rowStride >= max(columns, 1) {
      return Matrix(elements, rowStride: rowStride)
    }
    let columnStride = columns > 1 ? layout.stride(2) : max(rows, 1)
    if rows <= 1 || layout.stride(1) == 1, columnStride >= max(rows, 1) {
      return Matrix(elements, isTransposed: true, rowStride: columnStride)
    }
    return nil
  }

  subscript(index: Int) -> Matrix {
    var matrix = first
    matrix.elements += index * batchStride
    return matrix
  }

  /// All matrices under each other as one, where memory has them so.
  func merged(rows: Int, batch: Int) -> Matrix? {
    let follows = batch == 1 || batchStride == rows * first.rowStride
    return !first.isTransposed && follows ? first : nil
  }
}
