import Backends
import OpenCL

/// The sizes of the tiles of Kernels/product.cl.
struct PanelTile: Hashable, Sendable {
  /// The rows of a tile.
  var rows = 6
  /// The most vectors of a panel; nil for as many as the registers hold.
  var vectors: Int?
  /// How much depth is taken at a time; such a panel should stay in a core's second-level cache.
  var depth = 512

  /// The sizes that suit most processors.
  init() {}

  /// The sizes of parameters `rows`, `vectors` and `depth`; nil where one has another name, or a
  /// value that makes no sense.
  init?(_ parameters: [String: Int]) {
    for (name, value) in parameters {
      switch name {
      case "rows" where 1...16 ~= value: rows = value
      case "vectors" where [1, 2, 4, 8].contains(value): vectors = value
      case "depth" where 16...1 << 20 ~= value: depth = value
      default: return nil
      }
    }
  }
}

/// Products by the kernels of Kernels/product.cl, for processors.
struct PanelProducts: ProductProvider {
  /// The elements of a vector.
  private let width: Int
  private let tile: PanelTile

  init(_ device: ComputeDevice, _ tile: PanelTile = PanelTile()) {
    width = device.cpuVectorWidth
    self.tile = tile
  }

  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws {
    let plan = PanelPlan(product, tile, width: width)
    let right = plan.isDirect ? product.right.array : try pack(product, plan, on: backend)
    let pass = PanelPass(product: product, plan: plan, right: right)
    if plan.splits == 1 {
      for first in stride(from: 0, to: product.depth, by: plan.chunk) {
        let range = first..<min(first + plan.chunk, product.depth)
        try pass.multiply(range, to: product.result, on: backend)
      }
    } else {
      let partial = try backend.temporary(
        [product.batch, plan.splits, product.rows, product.columns])
      try pass.multiply(0..<product.depth, to: partial, on: backend)
      try backend.reduce(
        .sum, partial, over: AxisSet([1], of: partial.shape), to: product.result)
      try backend.finish(product)
    }
  }

  private func pack(
    _ product: MatrixProduct, _ plan: PanelPlan, on backend: OpenCLBackend
  ) throws -> StridedArray {
    let right = product.right
    let batch = right.batchStride == 0 ? 1 : product.batch
    let numbers = [
      right.start, right.batchStride, right.rowStride, right.columnStride, product.depth,
      product.columns,
    ]
    return try right.array.packedCopy(plan.options, numbers + [batch]) {
      let packed = try backend.temporary([batch, plan.panels, product.depth, plan.columns])
      try backend.launch(
        try backend.kernel("pack_panels", in: "product", options: plan.options),
        global: WorkSize(plan.panels, plan.strips, batch), local: WorkSize(1, 1, 1),
        [right.array.argument] + numbers.map { .int64(Int64($0)) } + [packed.argument])
      return packed
    }
  }
}

/// A product whose right operand is packed, unless it is not to be.
private struct PanelPass {
  let product: MatrixProduct
  let plan: PanelPlan
  let right: StridedArray

  /// Queues a range of the depth.
  func multiply(_ range: Range<Int>, to result: StridedArray, on backend: OpenCLBackend) throws {
    let (a, b) = (product.left, product.right)
    let isLast = plan.splits == 1 && range.upperBound == product.depth
    let options =
      plan.options + (plan.isDirect ? " -DDIRECT" : "")
      + (range.lowerBound > 0 ? " -DACCUMULATE" : "")
    let epilogue = isLast ? product.epilogue : nil
    let rightBatchStride =
      b.batchStride == 0 || plan.isDirect
      ? b.batchStride : plan.panels * product.depth * plan.columns
    try backend.launch(
      try backend.kernel(
        "multiply_panels", in: "product", options: options, ending: epilogue, width: plan.width),
      global: WorkSize(plan.tiles, plan.panels, product.batch * plan.splits),
      local: WorkSize(1, 1, 1),
      [a.array.argument] + int64s(a.start, a.batchStride, a.rowStride, a.columnStride)
        + [right.argument]
        + int64s(plan.isDirect ? b.start : 0, rightBatchStride, b.rowStride)
        + int64s(
          product.rows, product.columns, product.depth, range.lowerBound, range.upperBound,
          plan.chunk, plan.splits)
        + [result.resultArgument] + int64s(result.layout.offset) + epilogue.arguments)
  }
}

/// How a product is cut into tiles.
private struct PanelPlan {
  /// The elements of a vector.
  let width: Int
  let rows: Int
  /// The columns of a panel.
  let columns: Int
  let panels: Int
  let tiles: Int
  /// How much depth a tile takes at a time.
  let chunk: Int
  /// How many parts of the depth are multiplied side by side and then added.
  let splits: Int
  /// Whether the right operand is read as it is.
  let isDirect: Bool
  /// How many work-items share the packing of a panel.
  let strips: Int
  let options: String

  /// Unless the tile says otherwise it fills the registers: 32 vectors of 16 elements, or 16 of 8.
  init(_ product: MatrixProduct, _ tile: PanelTile, width: Int) {
    self.width = width
    let mostVectors = tile.vectors ?? (width == 16 ? 4 : 2)
    var vectors = 1
    while vectors < mostVectors, vectors * width < product.columns { vectors *= 2 }
    tiles = (product.rows + tile.rows - 1) / tile.rows
    // Of few tiles, the last is not to be much emptier than the others.
    rows = tiles <= Self.fewTiles ? (product.rows + tiles - 1) / tiles : tile.rows
    columns = vectors * width
    panels = (product.columns + columns - 1) / columns
    let mayStayWhole = tiles * panels * product.batch >= Self.busy
    splits = mayStayWhole ? 1 : min(max(product.depth / Self.splitDepth, 1), Self.busy)
    let isFull = product.columns.isMultiple(of: width) || panels >= Self.fewestPanels
    isDirect = product.right.columnStride == 1 && product.rows <= Self.directRows && isFull
    // What is not packed is not read again from a cache either.
    let whole = isDirect ? product.depth : tile.depth
    chunk = splits == 1 ? whole : (product.depth + splits - 1) / splits
    strips = (product.depth + Self.strip - 1) / Self.strip
    options = "-DWIDTH=\(width) -DVECTORS=\(vectors) -DROWS=\(rows) -DSTRIP=\(Self.strip)"
  }

  /// So many tiles keep every core busy.
  private static let busy = 64
  private static let fewTiles = 4
  /// Less depth is not worth the addition of the parts.
  private static let splitDepth = 1024
  /// With fewer panels, a last one that is partly empty is too large a part of them.
  private static let fewestPanels = 3
  /// Up to so many rows, reading the right operand where it lies costs less than packing it.
  private static let directRows = 18
  private static let strip = 64
}
