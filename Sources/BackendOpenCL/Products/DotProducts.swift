import Backends
import OpenCL

/// Products of few rows or few columns by the kernel of Kernels/product-dots.cl, for processors.
struct DotProducts: ProductProvider {
  /// The elements of a vector.
  private let width: Int

  init(_ device: ComputeDevice) { width = device.cpuVectorWidth }

  /// Whether one operand has few lines, and the other's are contiguous along the depth.
  static func serves(_ shape: TunedShape) -> Bool {
    DotSides(shape).map { $0.few <= mostLines } ?? false
  }

  /// Whether it is likely to be the fastest.
  static func suits(_ shape: TunedShape) -> Bool {
    guard serves(shape), let sides = DotSides(shape) else { return false }
    return sides.few <= likelyLines
  }

  /// With more lines each number is used often enough for packing.
  private static let mostLines = 16
  private static let likelyLines = 8

  func multiply(_ product: MatrixProduct, on backend: OpenCLBackend) throws {
    let shape = product.tunedShape(in: .float32)
    guard let sides = DotSides(shape) else {
      misuse("DotProducts: a product \(shape) it does not serve")
    }
    let plan = DotPlan(sides, product, width: width)
    guard plan.splits > 1 else {
      return try multiply(product, sides, plan, to: product.result, on: backend)
    }
    let partial = try backend.temporary(
      [product.batch, plan.splits, product.rows, product.columns])
    try multiply(product, sides, plan, to: partial, on: backend)
    try backend.reduce(.sum, partial, over: AxisSet([1], of: partial.shape), to: product.result)
    try backend.finish(product)
  }

  private func multiply(
    _ product: MatrixProduct, _ sides: DotSides, _ plan: DotPlan, to result: StridedArray,
    on backend: OpenCLBackend
  ) throws {
    let few = try DotLines(
      sides.fewAreRows ? product.left : product.right.turned, sides.few, product, on: backend)
    let many = try DotLines(
      sides.fewAreRows ? product.right.turned : product.left, sides.many, product, on: backend)
    let (fewStride, manyStride) =
      sides.fewAreRows ? (product.columns, 1) : (1, product.columns)
    let epilogue = plan.splits == 1 ? product.epilogue : nil
    let kernel = try backend.kernel(
      "multiply_dots", in: "product-dots",
      options: plan.options + (sides.fewAreRows ? "" : " -DFEW_ARE_COLUMNS"), ending: epilogue,
      width: 1)
    try withExtendedLifetime((few.storage, many.storage)) {
      try backend.launch(
        kernel,
        global: WorkSize(plan.fewBlocks, plan.manyBlocks, product.batch * plan.splits),
        local: WorkSize(1, 1, 1),
        few.arguments + many.arguments + int64s(product.depth, plan.chunk, plan.splits)
          + [result.resultArgument]
          + int64s(
            result.layout.offset, product.rows * product.columns, fewStride, manyStride)
          + epilogue.arguments)
    }
  }
}

/// Which operand of a product has few lines, and which many that are contiguous along the depth.
private struct DotSides {
  let few: Int
  let many: Int
  /// Whether the few are rows of the left operand, rather than columns of the right one.
  let fewAreRows: Bool

  /// Nil where the many are not contiguous.
  init?(_ shape: TunedShape) {
    let (rows, columns, depth) = (shape["rows"], shape["columns"], shape["depth"])
    fewAreRows = rows <= columns
    (few, many) = fewAreRows ? (rows, columns) : (columns, rows)
    // A single column is contiguous along the depth where it is called neither.
    let isContiguous =
      fewAreRows
      ? shape["rightTransposed"] == 1 || columns == 1 : shape["leftTransposed"] == 0
    guard isContiguous, depth > 1 else { return nil }
  }
}

/// How such a product is cut into work-items.
private struct DotPlan {
  let fewBlocks: Int
  let manyBlocks: Int
  /// The depth of a part, and how many parts there are.
  let chunk: Int
  let splits: Int
  let options: String

  init(_ sides: DotSides, _ product: MatrixProduct, width: Int) {
    // The sums are to leave registers for the numbers they are made of.
    let sums = width == 16 ? 16 : 8
    fewBlocks = (sides.few + Self.mostRows - 1) / Self.mostRows
    let rows = (sides.few + fewBlocks - 1) / fewBlocks
    let columns = min(max(sums / rows, 1), Self.mostColumns)
    manyBlocks = (sides.many + columns - 1) / columns
    let mayStayWhole = fewBlocks * manyBlocks * product.batch >= Self.busy
    splits = mayStayWhole ? 1 : min(max(product.depth / Self.splitDepth, 1), Self.busy)
    chunk = (product.depth + splits - 1) / splits
    options = "-DWIDTH=\(width) -DROWS=\(rows) -DCOLUMNS=\(columns)"
  }

  private static let mostRows = 4
  private static let mostColumns = 4
  /// So many work-items keep every core busy.
  private static let busy = 8
  /// Less depth is not worth the addition of the parts.
  private static let splitDepth = 4096
}

/// Lines of numbers along the depth.
private struct DotLines {
  let arguments: [KernelArgument]
  /// What holds the lines where they are packed: it has to live until the kernel is queued.
  let storage: Storage

  /// The lines where they are, or packed where they are not contiguous.
  init(
    _ lines: MatrixProduct.Operand, _ count: Int, _ product: MatrixProduct,
    on backend: OpenCLBackend
  ) throws {
    var lines = lines
    if lines.columnStride != 1 {
      let shape: Shape = [product.batch, count, product.depth]
      let layout = Layout(
        shape, strides: [lines.batchStride, lines.rowStride, lines.columnStride],
        offset: lines.start)
      lines = MatrixProduct.Operand(try backend.densified(lines.array.with(layout)))
    }
    storage = lines.array.storage
    arguments =
      try [lines.array.argument] + int64s(lines.start, lines.batchStride, lines.rowStride, count)
  }
}

extension MatrixProduct.Operand {
  /// The operand with rows and columns exchanged.
  fileprivate var turned: Self {
    var turned = self
    (turned.rowStride, turned.columnStride) = (columnStride, rowStride)
    return turned
  }
}
