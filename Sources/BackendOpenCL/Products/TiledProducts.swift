import Backends
import OpenCL

/// The sizes of the tiles of Kernels/product-tiled.cl.
struct LocalTile: Hashable, Sendable {
  /// The tile of a work-group.
  var rows = 64
  var columns = 64
  /// How much depth is in local memory at a time.
  var depth = 16
  /// The elements of a work-item.
  var itemRows = 4
  var itemColumns = 4
  /// How many numbers a work-item loads at once.
  var loadWidth = 4
  /// How its numbers are multiplied where they are rounded; nil for float32.
  let fragments: Fragments?

  /// The sizes of parameters named as the properties, the others so that they suit most GPUs; nil
  /// where one has another name, or where the device cannot run such a tile.
  init?(_ parameters: [String: Int], by fragments: Fragments? = nil, for device: ComputeDevice) {
    self.fragments = fragments
    if let fragments {
      // A fragment in registers is to serve several others.
      (rows, columns, depth) = (128, 128, 2 * fragments.depth)
      (itemRows, itemColumns) = (8, 8)
    }
    for (name, value) in parameters {
      guard 1...256 ~= value else { return nil }
      switch name {
      case "rows": rows = value
      case "columns": columns = value
      case "depth": depth = value
      case "itemRows": itemRows = value
      case "itemColumns": itemColumns = value
      case "loadWidth": loadWidth = value
      default: return nil
      }
    }
    if parameters.isEmpty { shrink(to: device) }
    guard fits(device) else { return nil }
  }

  /// The work-items of a group.
  var groupSize: Int { (rows / itemRows) * (columns / itemColumns) }

  private var localBytes: Int {
    fragments?.localBytes(of: self)
      ?? depth * (rows + 1 + columns + 1) * DType.float32.byteWidth
  }

  private func fits(_ device: ComputeDevice) -> Bool {
    [1, 2, 4].contains(loadWidth) && rows.isMultiple(of: itemRows)
      && columns.isMultiple(of: itemColumns)
      && [rows, columns, depth].allSatisfy { $0.isMultiple(of: loadWidth) }
      && fragments?.serve(self) ?? true
      && groupSize <= device.maxWorkGroupSize && localBytes <= device.localMemoryBytes
      && rows / itemRows <= device.maxWorkItemSizes[1]
      && columns / itemColumns <= device.maxWorkItemSizes[0]
  }

  /// Halves the tile until the device can run it.
  private mutating func shrink(to device: ComputeDevice) {
    while !fits(device), rows > smallest.rows, columns > smallest.columns {
      rows /= 2
      columns /= 2
    }
  }

  /// The tile for a small product: no larger than what is next to the product's own sides.
  func covering(_ product: MatrixProduct) -> LocalTile {
    var tile = self
    while tile.rows >= 2 * product.rows, tile.rows > max(smallest.rows, Self.fewest) {
      tile.rows /= 2
    }
    while tile.columns >= 2 * product.columns, tile.columns > max(smallest.columns, Self.fewest) {
      tile.columns /= 2
    }
    return tile
  }

  /// The smallest sides that halving leads to: those of a work-item's sums, or of a warp's.
  private var smallest: (rows: Int, columns: Int) {
    fragments == nil ? (itemRows, itemColumns) : Fragments.warpTile(of: self)
  }

  var options: String {
    "-DTILE_ROWS=\(rows) -DTILE_COLUMNS=\(columns) -DTILE_DEPTH=\(depth) "
      + "-DITEM_ROWS=\(itemRows) -DITEM_COLUMNS=\(itemColumns) -DLOAD_WIDTH=\(loadWidth)"
      + (fragments?.options ?? "")
  }

  /// The work-items of a group, along both sides of the tile.
  var group: WorkSize { WorkSize(columns / itemColumns, rows / itemRows, 1) }

  /// Smaller tiles read each number too often.
  private static let fewest = 16
}

/// Products by the kernel of Kernels/product-tiled.cl, for GPUs.
struct TiledProducts: ProductProvider {
  private let tile: LocalTile

  init(_ tile: LocalTile) { self.tile = tile }

  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws {
    let tile = tile.covering(product)
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
