import Backends
import OpenCL

extension OpenCLBackend {
  /// Multiplies with the algorithm that suits the device and the shapes.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory is missing.
  public func matrixProduct(
    _ left: StridedArray, _ right: StridedArray, to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    guard left.shape[2] > 0 else { return try fillWithZeros(result) }
    let provider = try provider(for: MatrixProduct(left, right, result))
    let producer = Producer([left, right], shape: result.shape, hasColumns: true) {
      try provider.multiply(MatrixProduct(left, right, $2, $1), on: $0)
    }
    try produce(producer, to: result)
  }

  /// Sets every element to 0.
  func fillWithZeros(_ result: StridedArray) throws {
    try pointwise(zero, scalars: [], [], to: result)
  }

  /// Ends a product whose result holds nothing but the sums yet.
  func finish(_ product: MatrixProduct) throws { try finish(product.result, product.epilogue) }
}

private let zero = PointwiseExpression(inputs: []) { $0.constant(0) }

/// result[b] = left[b] · right[b], and what is done with it before it is stored.
struct MatrixProduct {
  /// A matrix operand: where it starts, and its distances between batches, rows and columns.
  struct Operand {
    var array: StridedArray
    var start: Int
    var batchStride: Int
    var rowStride: Int
    var columnStride: Int

    init(_ array: StridedArray) {
      self.array = array
      start = array.layout.offset
      batchStride = array.layout.stride(0)
      rowStride = array.layout.stride(1)
      columnStride = array.layout.stride(2)
    }

    /// Whether the rows of all batches follow each other at one distance.
    fileprivate func followEachOther(rows: Int) -> Bool {
      rows == 1 || batchStride == rows * rowStride
    }

    /// The rows of all batches as those of one matrix.
    fileprivate mutating func merge(rows: Int) {
      if rows == 1 { rowStride = batchStride }
    }
  }

  var left: Operand
  var right: Operand
  let result: StridedArray
  let epilogue: Epilogue?
  var batch: Int
  var rows: Int
  let columns: Int
  let depth: Int

  /// Batches that are the rows of one larger product become that.
  init(
    _ left: StridedArray, _ right: StridedArray, _ result: StridedArray,
    _ epilogue: Epilogue? = nil
  ) {
    self.left = Operand(left)
    self.right = Operand(right)
    self.result = result
    self.epilogue = epilogue
    batch = result.shape[0]
    rows = result.shape[1]
    columns = result.shape[2]
    depth = left.shape[2]
    let hasRows = epilogue?.source.spreads.contains(.rows) ?? false
    let canMerge = self.left.followEachOther(rows: rows) && !hasRows
    if batch > 1, self.right.batchStride == 0, canMerge {
      self.left.merge(rows: rows)
      rows *= batch
      batch = 1
    }
  }

  /// Some of the batches as a product of their own.
  func batches(_ range: Range<Int>) -> MatrixProduct {
    var part = self
    part.batch = range.count
    part.left.start += range.lowerBound * left.batchStride
    part.right.start += range.lowerBound * right.batchStride
    return part
  }

  /// What the choice of an algorithm depends on.
  func tunedShape(in precision: MatrixPrecision) -> TunedShape {
    TunedShape(
      productOf: batch, rows: rows, columns: columns, depth: depth,
      leftTransposed: left.columnStride != 1 && left.rowStride == 1 && depth > 1,
      rightTransposed: right.columnStride != 1 && right.rowStride == 1 && columns > 1,
      leftShared: batch > 1 && left.batchStride == 0,
      rightShared: batch > 1 && right.batchStride == 0, in: precision)
  }
}

/// Numbers as kernels take places and distances.
func int64s(_ values: Int...) -> [KernelArgument] { values.map { .int64(Int64($0)) } }
