import Backends
import OpenCL

/// Products by the kernels of Kernels/product.cl, for CPUs.
struct PanelProducts: ProductProvider {
  /// The elements of a vector.
  private let width: Int

  init(_ device: ComputeDevice) { width = device.cpuVectorWidth }

  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws {
    let plan = PanelPlan(product, width: width)
    let panels = try pack(product, plan, on: backend)
    if plan.splits == 1 {
      for first in stride(from: 0, to: product.depth, by: plan.chunk) {
        let range = first..<min(first + plan.chunk, product.depth)
        try multiply(product, panels, plan, range, to: product.result, on: backend)
      }
    } else {
      let partial = try backend.temporary(
        [product.batch, plan.splits, product.rows, product.columns])
      try multiply(product, panels, plan, 0..<product.depth, to: partial, on: backend)
      try backend.reduce(
        .sum, partial, over: AxisSet([1], of: partial.shape), to: product.result)
    }
  }

  private func pack(
    _ product: MatrixProduct, _ plan: PanelPlan, on backend: OpenCLBackend
  ) throws -> StridedArray {
    let right = product.right
    let packed = try backend.temporary([product.batch, plan.panels, product.depth, plan.columns])
    let strips = (product.depth + plan.strip - 1) / plan.strip
    try backend.launch(
      try backend.kernel("pack_panels", in: "product", options: plan.options),
      global: WorkSize(plan.panels, strips, product.batch), local: WorkSize(1, 1, 1),
      [right.array.argument]
        + int64s(
          right.start, right.batchStride, right.rowStride, right.columnStride, product.depth,
          product.columns) + [packed.argument])
    return packed
  }

  private func multiply(
    _ product: MatrixProduct, _ panels: StridedArray, _ plan: PanelPlan, _ range: Range<Int>,
    to result: StridedArray, on backend: OpenCLBackend
  ) throws {
    let left = product.left
    let options = plan.options + (range.lowerBound > 0 ? " -DACCUMULATE" : "")
    try backend.launch(
      try backend.kernel("multiply_panels", in: "product", options: options),
      global: WorkSize(plan.tiles, plan.panels, product.batch * plan.splits),
      local: WorkSize(1, 1, 1),
      [left.array.argument]
        + int64s(left.start, left.batchStride, left.rowStride, left.columnStride)
        + [panels.argument]
        + int64s(
          product.rows, product.columns, product.depth, range.lowerBound, range.upperBound,
          plan.chunk, plan.splits)
        + [result.resultArgument] + int64s(result.layout.offset))
  }
}

/// How a product is cut into tiles.
private struct PanelPlan {
  /// The columns of a panel.
  let columns: Int
  let panels: Int
  let tiles: Int
  /// How much depth a tile takes at a time.
  let chunk: Int
  /// How many parts of the depth are multiplied side by side and then added.
  let splits: Int
  /// How many rows of the right operand a work-item packs.
  let strip = 64
  let options: String

  /// The tile fills the registers: 32 vectors of 16 elements, or 16 of 8.
  init(_ product: MatrixProduct, width: Int) {
    let mostVectors = width == 16 ? 4 : 2
    var vectors = 1
    while vectors < mostVectors, vectors * width < product.columns { vectors *= 2 }
    let rows = 6
    columns = vectors * width
    panels = (product.columns + columns - 1) / columns
    tiles = (product.rows + rows - 1) / rows
    let mayStayWhole = tiles * panels * product.batch >= Self.busy
    splits = mayStayWhole ? 1 : min(max(product.depth / Self.splitDepth, 1), Self.busy)
    chunk = splits == 1 ? Self.cachedDepth : (product.depth + splits - 1) / splits
    options = "-DWIDTH=\(width) -DVECTORS=\(vectors) -DROWS=\(rows) -DSTRIP=\(strip)"
  }

  /// So many tiles keep every core busy.
  private static let busy = 64
  /// A panel of this depth stays in a core's second-level cache.
  private static let cachedDepth = 512
  /// Less depth is not worth the addition of the parts.
  private static let splitDepth = 1024
}

private func int64s(_ values: Int...) -> [KernelArgument] { values.map { .int64(Int64($0)) } }
