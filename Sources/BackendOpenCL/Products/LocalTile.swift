import Backends
import OpenCL

/// The sizes of tiles in local memory, see Kernels/local-tiles.cl.
struct LocalTile: Hashable, Sendable {
  /// The tile of a work-group.
  var rows = 64
  var columns = 64
  /// How much depth is in local memory at a time.
  var depth = 16
  /// The elements of a work-item.
  var itemRows = 4
  var itemColumns = 4
  /// How many numbers a work-item loads at once, of the operands of products.
  var loadWidth = 4
  /// How its numbers are multiplied where they are rounded; nil for float32.
  let fragments: Fragments?

  private init(by fragments: Fragments?) { self.fragments = fragments }

  /// The sizes of parameters named as the properties, the others so that they suit most GPUs; nil
  /// where one has another name, or where the device cannot run such a tile.
  init?(_ parameters: [String: Int], by fragments: Fragments? = nil, for device: ComputeDevice) {
    self.init(by: fragments)
    if let fragments {
      // A fragment in registers is to serve several others.
      (rows, columns, depth) = (128, 128, 2 * fragments.depth)
      (itemRows, itemColumns) = (8, 8)
    }
    guard take(parameters) else { return nil }
    if parameters.isEmpty { shrink { $0.fits(device) } }
    guard fits(device) else { return nil }
  }

  /// The same for convolutions, for which larger tiles would more often be partly empty.
  init?(
    gatheringBy parameters: [String: Int], by fragments: Fragments? = nil, for device: ComputeDevice
  ) {
    self.init(by: fragments)
    guard take(parameters), parameters["loadWidth"] == nil else { return nil }
    if parameters.isEmpty { shrink { $0.gathers(on: device) } }
    guard gathers(on: device) else { return nil }
  }

  /// Takes sizes by name; false where one has another name, or is none.
  private mutating func take(_ parameters: [String: Int]) -> Bool {
    for (name, value) in parameters {
      guard 1...256 ~= value else { return false }
      switch name {
      case "rows": rows = value
      case "columns": columns = value
      case "depth": depth = value
      case "itemRows": itemRows = value
      case "itemColumns": itemColumns = value
      case "loadWidth": loadWidth = value
      default: return false
      }
    }
    return true
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

  /// Whether convolutions can be gathered for the tile, see Kernels/convolution-tiled.cl.
  private func gathers(on device: ComputeDevice) -> Bool {
    // A work-item gathers at one position, or at one of the depths of a slice.
    groupSize.isMultiple(of: columns) && groupSize.isMultiple(of: depth) && fits(device)
      && localBytes + 2 * depth * Self.tapBytes <= device.localMemoryBytes
  }

  /// Of a tap in Kernels/convolution-tiled.cl.
  private static let tapBytes = 4 * DType.int32.byteWidth

  /// Halves the tile until the device can run it.
  private mutating func shrink(until isRunnable: (LocalTile) -> Bool) {
    while !isRunnable(self), rows > smallest.rows, columns > smallest.columns {
      rows /= 2
      columns /= 2
    }
  }

  /// The tile for a small product: no larger than what is next to the product's own sides.
  func covering(rows: Int, columns: Int) -> LocalTile {
    covering(rows: rows, columns: columns) { _ in true }
  }

  /// The same for a small convolution.
  func gathering(rows: Int, columns: Int, on device: ComputeDevice) -> LocalTile {
    covering(rows: rows, columns: columns) { $0.gathers(on: device) }
  }

  private func covering(
    rows: Int, columns: Int, where isRunnable: (LocalTile) -> Bool
  ) -> LocalTile {
    var tile = self
    func halve(_ side: WritableKeyPath<LocalTile, Int>, to extent: Int, smallest: Int) {
      while tile[keyPath: side] >= 2 * extent, tile[keyPath: side] > max(smallest, Self.fewest) {
        var half = tile
        half[keyPath: side] /= 2
        guard isRunnable(half) else { return }
        tile = half
      }
    }
    halve(\.rows, to: rows, smallest: smallest.rows)
    halve(\.columns, to: columns, smallest: smallest.columns)
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
