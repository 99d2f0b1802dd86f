import Backends
import CCLBlast
import OpenCL

/// Products by the library CLBlast (Nugteren 2018).
struct CLBlastProducts: ProductProvider {
  /// What its kernels work by where that is not what they do for all products.
  private let parameters: LibraryParameters

  /// Products by numbers of the library's kernels; nil where some are of none, or where a kernel cannot
  /// work by its own.
  init?(_ numbers: [String: Int]) {
    guard let parameters = LibraryParameters(clblast: numbers) else { return nil }
    self.parameters = parameters
  }

  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws {
    let left = try Matrix(product.left, product.rows, product.depth, on: backend)
    let right = try Matrix(product.right, product.depth, product.columns, on: backend)
    if product.batch == 1 {
      try multiplyOnce(product, left, right, on: backend)
    } else {
      try multiplyBatch(product, left, right, on: backend)
    }
    try backend.finish(product)
  }

  private func multiplyOnce(
    _ product: MatrixProduct, _ left: Matrix, _ right: Matrix, on backend: OpenCLBackend
  ) throws {
    let size = try temporaryBytes(product, left, right, on: backend)
    // Held until the product is queued; then whoever takes the memory next queues behind it.
    let source = backend.memory
    let temporary = size == 0 ? nil : try source.take(size)
    defer { if let temporary { source.put(temporary) } }
    let result = try product.result.changedBuffer
    let call = LibraryProduct(product, left, right)
    let buffers = [left.buffer, right.buffer, result] + [temporary].compactMap(\.self)
    try queue("CLBlastSgemm", call, buffers, on: backend) { buffers, queue, event in
      CLBlastSgemmWithTempBuffer(
        CLBlastLayoutRowMajor, call.left.transpose, call.right.transpose, call.rows, call.columns,
        call.depth, 1, buffers[0].handle, call.left.start, call.left.rowLength, buffers[1].handle,
        call.right.start, call.right.rowLength, 0, buffers[2].handle, call.resultStart,
        call.columns, queue, event, buffers.count == 4 ? buffers[3].handle : nil)
    }
  }

  private func temporaryBytes(
    _ product: MatrixProduct, _ left: Matrix, _ right: Matrix, on backend: OpenCLBackend
  ) throws -> Int {
    var queue: cl_command_queue? = backend.session.queueHandle
    var size = 0
    let status = try backend.clblast.call(with: parameters) {
      CLBlastSGemmTempBufferSize(
        CLBlastLayoutRowMajor, left.place.transpose, right.place.transpose, product.rows,
        product.columns, product.depth, left.place.start, left.place.rowLength, right.place.start,
        right.place.rowLength,
        product.result.layout.offset, product.columns, &queue, &size)
    }
    try checkCLBlast(status, "CLBlastSGemmTempBufferSize", product.shapes)
    return size
  }

  private func multiplyBatch(
    _ product: MatrixProduct, _ left: Matrix, _ right: Matrix, on backend: OpenCLBackend
  ) throws {
    let result = try product.result.changedBuffer
    let call = LibraryProduct(product, left, right)
    let buffers = [left.buffer, right.buffer, result]
    try queue("CLBlastSgemmStridedBatched", call, buffers, on: backend) { buffers, queue, event in
      CLBlastSgemmStridedBatched(
        CLBlastLayoutRowMajor, call.left.transpose, call.right.transpose, call.rows, call.columns,
        call.depth, 1, buffers[0].handle, call.left.start, call.left.rowLength,
        call.left.batchStride, buffers[1].handle, call.right.start, call.right.rowLength,
        call.right.batchStride, 0, buffers[2].handle, call.resultStart, call.columns,
        call.rows * call.columns, call.batch, queue, event)
    }
  }

  private func queue(
    _ name: String, _ call: LibraryProduct, _ buffers: [DeviceBuffer], on backend: OpenCLBackend,
    _ body:
      @escaping @Sendable (
        _ buffers: [DeviceBuffer], UnsafeMutablePointer<cl_command_queue?>,
        UnsafeMutablePointer<cl_event?>?
      ) -> CLBlastStatusCode
  ) throws {
    let clblast = backend.clblast
    let parameters = parameters
    try backend.enqueue(name, "\(call)", buffers) { buffers in
      { (queue, event) throws(OpenCLError) in
        var queue: cl_command_queue? = queue
        let status = try clblast.call(with: parameters) { body(buffers, &queue, event) }
        try checkCLBlast(status, name, "\(call)")
      }
    }
  }
}

/// A product as CLBlast takes it, but for the memory.
private struct LibraryProduct: Sendable, CustomStringConvertible {
  let batch, rows, depth, columns: Int
  let left, right: Matrix.Place
  let resultStart: Int

  init(_ product: MatrixProduct, _ left: Matrix, _ right: Matrix) {
    (batch, rows, depth) = (product.batch, product.rows, product.depth)
    columns = product.columns
    (self.left, self.right) = (left.place, right.place)
    resultStart = product.result.layout.offset
  }

  /// For messages.
  var description: String {
    "\(batch) × [\(rows), \(depth)]\(left) · [\(depth), \(columns)]\(right) to \(resultStart)"
  }
}

/// An operand as CLBlast takes it: rows at a distance, or columns at a distance.
private struct Matrix {
  /// Where its elements lie.
  struct Place: Sendable, CustomStringConvertible {
    let start: Int
    let batchStride: Int
    let rowLength: Int
    let isTransposed: Bool

    var transpose: CLBlastTranspose { isTransposed ? CLBlastTransposeYes : CLBlastTransposeNo }

    var description: String {
      "\(isTransposed ? "ᵀ" : "") at \(start), \(rowLength), \(batchStride)"
    }
  }

  let place: Place
  let buffer: DeviceBuffer
  /// Keeps the memory.
  private let storage: Storage

  /// The operand itself where one of its strides is 1, otherwise a dense copy.
  init(
    _ operand: MatrixProduct.Operand, _ rows: Int, _ columns: Int, on backend: OpenCLBackend
  ) throws {
    var operand = operand
    let isPlain = { (outer: Int, outerCount: Int, inner: Int, innerCount: Int) in
      (inner == 1 || innerCount == 1) && (outer >= innerCount || outerCount == 1)
    }
    var rowsFollow = isPlain(operand.rowStride, rows, operand.columnStride, columns)
    let columnsFollow = isPlain(operand.columnStride, columns, operand.rowStride, rows)
    if operand.batchStride < 0 || !(rowsFollow || columnsFollow) {
      operand = MatrixProduct.Operand(try backend.densified(operand.array))
      rowsFollow = true
    }
    storage = operand.array.storage
    buffer = try operand.array.deviceBuffer
    place = Place(
      start: operand.start, batchStride: operand.batchStride,
      rowLength: rowsFollow ? max(operand.rowStride, columns) : max(operand.columnStride, rows),
      isTransposed: !rowsFollow)
  }
}

extension MatrixProduct {
  /// For messages.
  fileprivate var shapes: String { "\(batch) × [\(rows), \(depth)] · [\(depth), \(columns)]" }
}
