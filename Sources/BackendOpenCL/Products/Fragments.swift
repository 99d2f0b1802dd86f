import Backends

/// What multiplies fragments of matrices.
package enum MatrixUnits: Sendable {
  /// The instruction `mma.sync` of PTX.
  case instruction
  /// Plain OpenCL C that does the same, to test whatever else belongs to it.
  case emulation
}

/// How tiles in local memory are multiplied whose numbers are rounded, see Kernels/fragments.cl.
package struct Fragments: Hashable, Sendable {
  /// What numbers are rounded to: tf32 or bf16.
  let precision: MatrixPrecision
  let units: MatrixUnits

  package init(_ precision: MatrixPrecision, by units: MatrixUnits) {
    self.precision = precision
    self.units = units
  }

  /// How many numbers are in a word of 32 bits.
  var wordNumbers: Int { precision == .bf16 ? 2 : 1 }

  /// How much depth is multiplied at a time.
  var depth: Int { Self.words * wordNumbers }

  /// What a tile takes of local memory.
  func localBytes(of tile: LocalTile) -> Int {
    let words = tile.depth / wordNumbers * (tile.rows + tile.columns + 2 * Self.padding)
    let exchanged = tile.groupSize / Self.warp * (Self.rows + Self.columns) * depth
    return (words + (units == .emulation ? exchanged : 0)) * DType.float32.byteWidth
  }

  /// Whether whole warps compute a tile with whole fragments.
  func serve(_ tile: LocalTile) -> Bool {
    let (warpRows, warpColumns) = Self.warpTile(of: tile)
    return [tile.itemRows, tile.itemColumns].allSatisfy { $0.isMultiple(of: 2) }
      && tile.rows.isMultiple(of: warpRows) && tile.columns.isMultiple(of: warpColumns)
      && tile.depth.isMultiple(of: depth)
  }

  /// The sums of a warp.
  static func warpTile(of tile: LocalTile) -> (rows: Int, columns: Int) {
    (8 * tile.itemRows, 4 * tile.itemColumns)
  }

  var options: String {
    " -DFRAGMENTS -DWORD_NUMBERS=\(wordNumbers)" + (units == .emulation ? " -DEMULATED" : "")
  }

  /// Whether a product is worth it: with a shorter side most of each fragment would be empty, and the
  /// memory is what takes time, not the arithmetic.
  static func suit(_ shape: TunedShape) -> Bool {
    ["rows", "columns", "depth"].allSatisfy { shape[$0] >= shortestSide }
  }

  private static let shortestSide = 32
  private static let warp = 32
  /// A fragment's sides, and how deep it is.
  private static let rows = 16
  private static let columns = 8
  private static let words = 8
  /// Between lines of a tile.
  private static let padding = 8
}
