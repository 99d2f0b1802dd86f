import Backends
import CCLBlast
import OpenCL

/// Products by the library CLBlast (Nugteren 2018).
struct CLBlastProducts: ProductProvider {
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
    let temporary = size == 0 ? nil : try backend.pool.take(size)
    defer { if let temporary { backend.pool.put(temporary) } }
    let result = try product.result.changedBuffer
    try call("CLBlastSgemm", product, on: backend) { queue, event in
      CLBlastSgemmWithTempBuffer(
        CLBlastLayoutRowMajor, left.transpose, right.transpose, product.rows, product.columns,
        product.depth, 1, left.buffer.handle, left.start, left.rowLength, right.buffer.handle,
        right.start, right.rowLength, 0, result.handle,
        product.result.layout.offset, product.columns, queue, event, temporary?.handle)
    }
  }

  private func temporaryBytes(
    _ product: MatrixProduct, _ left: Matrix, _ right: Matrix, on backend: OpenCLBackend
  ) throws -> Int {
    var queue: cl_command_queue? = backend.session.queueHandle
    var size = 0
    let status = try backend.clblast.call {
      CLBlastSGemmTempBufferSize(
        CLBlastLayoutRowMajor, left.transpose, right.transpose, product.rows, product.columns,
        product.depth, left.start, left.rowLength, right.start, right.rowLength,
        product.result.layout.offset, product.columns, &queue, &size)
    }
    try checkCLBlast(status, "CLBlastSGemmTempBufferSize", product.shapes)
    return size
  }

  private func multiplyBatch(
    _ product: MatrixProduct, _ left: Matrix, _ right: Matrix, on backend: OpenCLBackend
  ) throws {
    let result = try product.result.changedBuffer
    try call("CLBlastSgemmStridedBatched", product, on: backend) { queue, event in
      CLBlastSgemmStridedBatched(
        CLBlastLayoutRowMajor, left.transpose, right.transpose, product.rows, product.columns,
        product.depth, 1, left.buffer.handle, left.start, left.rowLength, left.batchStride,
        right.buffer.handle, right.start, right.rowLength, right.batchStride, 0,
        result.handle, product.result.layout.offset, product.columns,
        product.rows * product.columns, product.batch, queue, event)
    }
  }

  private func call(
    _ name: String, _ product: MatrixProduct, on backend: OpenCLBackend,
    _ body: (UnsafeMutablePointer<cl_command_queue?>, UnsafeMutablePointer<cl_event?>?)
      -> CLBlastStatusCode
  ) throws {
    try backend.session.enqueue(name) { (queue, event) throws(OpenCLError) in
      var queue: cl_command_queue? = queue
      let status = try backend.clblast.call { body(&queue, event) }
      try checkCLBlast(status, name, product.shapes)
    }
  }
}

/// An operand as CLBlast takes it: rows at a distance, or columns at a distance.
private struct Matrix {
  let buffer: DeviceBuffer
  let start: Int
  let batchStride: Int
  let rowLength: Int
  let transpose: CLBlastTranspose
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
    start = operand.start
    batchStride = operand.batchStride
    rowLength =
      rowsFollow ? max(operand.rowStride, columns) : max(operand.columnStride, rows)
    transpose = rowsFollow ? CLBlastTransposeNo : CLBlastTransposeYes
  }
}

extension MatrixProduct {
  /// For messages.
  fileprivate var shapes: String { "\(batch) × [\(rows), \(depth)] · [\(depth), \(columns)]" }
}
