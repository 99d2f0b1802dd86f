import Backends
import OpenCL

/// Products by the kernel of Kernels/product-tiled.cl, for GPUs.
struct TiledProducts: ProductProvider {
  private let tile: LocalTile

  init(_ tile: LocalTile) { self.tile = tile }

  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws {
    let tile = tile.covering(rows: product.rows, columns: product.columns)
    let splits = splits(of: product, tile, on: backend.device)
    guard splits > 1 else {
      return try multiply(product, tile, splits: 1, to: product.result, on: backend)
    }
    let partial = try backend.temporary([product.batch, splits, product.rows, product.columns])
    try multiply(product, tile, splits: splits, to: partial, on: backend)
    try backend.reduce(.sum, partial, over: AxisSet([1], of: partial.shape), to: product.result)
    try backend.finish(product)
  }

  private func multiply(
    _ product: MatrixProduct, _ tile: LocalTile, splits: Int, to result: StridedArray,
    on backend: OpenCLBackend
  ) throws {
    let (left, right) = (product.left, product.right)
    let epilogue = splits == 1 ? product.epilogue : nil
    var options = tile.options
    if left.columnStride == 1 { options += " -DLEFT_ALONG_DEPTH" }
    if left.columnStride == 1 || left.rowStride == 1 { options += " -DLEFT_VECTORS" }
    if right.rowStride == 1, right.columnStride != 1 { options += " -DRIGHT_ALONG_DEPTH" }
    if right.columnStride == 1 || right.rowStride == 1 { options += " -DRIGHT_VECTORS" }
    let kernel = try backend.kernel(
      "multiply_tiles", in: "product-tiled", options: options, ending: epilogue, width: 1)
    // Not every device takes as many groups along the third dimension as there may be batches.
    for first in stride(from: 0, to: product.batch, by: mostGroups / splits) {
      let part = product.batches(first..<min(first + mostGroups / splits, product.batch))
      let global = WorkSize(
        count(part.columns, tile.columns) * tile.columns / tile.itemColumns,
        count(part.rows, tile.rows) * tile.rows / tile.itemRows, part.batch * splits)
      let start = result.layout.offset + first * splits * part.rows * part.columns
      try backend.launch(
        kernel, global: global, local: tile.group,
        operand(part.left) + operand(part.right)
          + int64s(part.rows, part.columns, part.depth, count(part.depth, splits), splits)
          + [result.resultArgument] + int64s(start) + epilogue.arguments)
    }
  }

  private func operand(
    _ operand: MatrixProduct.Operand
  ) throws(OpenCLError) -> [KernelArgument] {
    [try operand.array.argument]
      + int64s(operand.start, operand.batchStride, operand.rowStride, operand.columnStride)
  }

  /// In how many parts of the depth a product is computed whose tiles would leave the device idle.
  private func splits(
    of product: MatrixProduct, _ tile: LocalTile, on device: ComputeDevice
  ) -> Int {
    let groups =
      count(product.rows, tile.rows) * count(product.columns, tile.columns) * product.batch
    let wanted = Self.groupsPerUnit * device.computeUnits / groups
    return max(1, min(wanted, product.depth / Self.splitDepth, Self.mostSplits))
  }

  private func count(_ size: Int, _ part: Int) -> Int { (size + part - 1) / part }

  /// So many work-groups hide each other's waits.
  private static let groupsPerUnit = 2
  /// Less depth is not worth the addition of the parts.
  private static let splitDepth = 512
  private static let mostSplits = 32
}
