import Backends

extension OpenCLBackend {
  /// Multiplies with the algorithm that suits the device and the shapes.
  ///
  /// - Throws: `OpenCLError` where a kernel cannot be compiled or queued, or memory is missing.
  public func matrixProduct(
    _ left: StridedArray, _ right: StridedArray, to result: StridedArray
  ) throws {
    try matrixProduct(left, right, ending: ProductEpilogue(), to: result)
  }

  /// result[b] = activation(left[b] · right[b] + addend[b]), in one kernel where the algorithm can.
  package func matrixProduct(
    _ left: StridedArray, _ right: StridedArray, ending epilogue: ProductEpilogue,
    to result: StridedArray
  ) throws {
    guard result.count > 0 else { return }
    let product = MatrixProduct(left, right, result, epilogue)
    guard product.depth > 0 else {
      try fillWithZeros(result)
      return try finish(product)
    }
    try provider(for: product).multiply(product, on: self)
  }

  /// Sets every element to 0.
  func fillWithZeros(_ result: StridedArray) throws {
    try pointwise(zero, scalars: [], [], to: result)
  }

  /// Ends a product whose result holds nothing but the sums yet.
  func finish(_ product: MatrixProduct) throws {
    let epilogue = product.epilogue
    guard !epilogue.isEmpty else { return }
    let result = product.result
    if let addend = epilogue.addend {
      try pointwise(
        epilogue.activation.expressionOfSum, scalars: [], [result, addend], to: result)
    } else {
      try pointwise(epilogue.activation.expression, scalars: [], [result], to: result)
    }
  }
}

private let zero = PointwiseExpression(inputs: []) { $0.constant(0) }

/// result[b] = activation(left[b] · right[b] + addend[b]).
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
  let epilogue: ProductEpilogue
  var addend: Operand?
  var batch: Int
  var rows: Int
  let columns: Int
  let depth: Int

  /// Batches that are the rows of one larger product become that.
  init(
    _ left: StridedArray, _ right: StridedArray, _ result: StridedArray,
    _ epilogue: ProductEpilogue = ProductEpilogue()
  ) {
    self.left = Operand(left)
    self.right = Operand(right)
    self.result = result
    self.epilogue = epilogue
    addend = epilogue.addend.map(Operand.init)
    batch = result.shape[0]
    rows = result.shape[1]
    columns = result.shape[2]
    depth = left.shape[2]
    let canMerge =
      self.left.followEachOther(rows: rows) && addend?.followEachOther(rows: rows) ?? true
    if batch > 1, self.right.batchStride == 0, canMerge {
      self.left.merge(rows: rows)
      addend?.merge(rows: rows)
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
    part.addend?.start += range.lowerBound * (addend?.batchStride ?? 0)
    return part
  }

  /// What the choice of an algorithm depends on.
  var tunedShape: TunedShape {
    TunedShape(
      productOf: batch, rows: rows, columns: columns, depth: depth,
      leftTransposed: left.columnStride != 1 && left.rowStride == 1 && depth > 1,
      rightTransposed: right.columnStride != 1 && right.rowStride == 1 && columns > 1,
      leftShared: batch > 1 && left.batchStride == 0,
      rightShared: batch > 1 && right.batchStride == 0)
  }
}
