import Backends
import OpenCL

/// How recurrent sequences are queued.
package enum RecurrentSequences {
  /// Whether all steps may be one launch; off, each is one, to compare.
  @TaskLocal package static var areLaunchedTogether = true
}

/// How the steps of a recurrent network are cut into work-items; see Kernels/recurrent-products.cl.
struct RecurrentPlan {
  let extents: RecurrentExtents
  /// Whether groups share tiles in local memory.
  private let isTiled: Bool
  /// The lanes of a vector.
  private let width: Int
  private let computeUnits: Int

  init(_ extents: RecurrentExtents, on backend: OpenCLBackend) {
    self.extents = extents
    isTiled = backend.kernelStyle == .gpu
    let sharedWidth = backend.device.maxWorkGroupSize >= 256 ? 16 : 8
    width = isTiled ? sharedWidth : backend.device.cpuVectorWidth
    computeUnits = backend.device.computeUnits
    let largest = [extents.slots, extents.batch, extents.units].max() ?? 0
    guard Int32(exactly: largest) != nil else {
      misuse("recurrentSequence: \(extents) has an extent above 2³¹ − 1")
    }
  }

  /// How a work-item's sums are arranged: as many as leave registers for the factors.
  private struct Tile {
    /// The vectors of a panel.
    let vectors: Int
    /// The samples of a work-item.
    let rows: Int
  }

  private func tile(gates: Int) -> Tile {
    if isTiled { return Tile(vectors: 1, rows: 1) }
    let (mostVectors, mostSums) = width == 16 ? (4, 24) : (2, 12)
    let vectors = max(1, mostVectors / gates)
    let mostRows = min(mostSums / (gates * vectors), extents.batch)
    return (1...mostRows).map { Tile(vectors: vectors, rows: $0) }.min { effort($0) < effort($1) }!
  }

  /// What the tiles of all samples cost, a row of one tile as 1: loading the weight costs a tile about
  /// as much as one row's sums.
  private func effort(_ tile: Tile) -> Int { tiles(tile) * (tile.rows + 1) }

  private func tiles(_ tile: Tile) -> Int { (extents.batch + tile.rows - 1) / tile.rows }

  /// The samples of each work-item that goes through all steps; nil where steps of their own, whose
  /// panels are shared out too, keep the cores busier.
  func samplesPerSequence(gates: Int, depth: Int) -> Int? {
    if isTiled || !RecurrentSequences.areLaunchedTogether { return nil }
    let tile = tile(gates: gates)
    let (tiles, panels) = (tiles(tile), panels(gates: gates))
    let tilesPerItem = (tiles + computeUnits - 1) / computeUnits
    let shared = (tiles * panels + computeUnits - 1) / computeUnits
    let tileEffort = tile.rows * tile.vectors * width * gates * depth
    guard tilesPerItem * panels * tileEffort <= shared * tileEffort + Self.launchEffort else {
      return nil
    }
    return tilesPerItem * tile.rows
  }

  /// The multiplications that a core does while a kernel is started and the others are waited for.
  private static let launchEffort = 1_000_000

  /// How many panels there are.
  func panels(gates: Int) -> Int {
    let units = tile(gates: gates).vectors * width
    return (extents.units + units - 1) / units
  }

  func options(gates: Int) -> String {
    let tile = tile(gates: gates)
    return "-DGATES=\(gates) -DWIDTH=\(width) -DVECTORS=\(tile.vectors) -DROWS=\(tile.rows)"
      + (isTiled ? " -DTILED" : "")
  }

  /// The work-items of a step, and those of a group.
  func size(gates: Int) -> (global: WorkSize, local: WorkSize) {
    let panels = panels(gates: gates)
    if isTiled { return (WorkSize(panels * width, extents.batch), WorkSize(width, width)) }
    return (WorkSize(tiles(tile(gates: gates)), panels), WorkSize(1, 1))
  }

  /// The numbers of a packed weight.
  func packedCount(gates: Int, depth: Int) -> Int {
    panels(gates: gates) * depth * gates * tile(gates: gates).vectors * width
  }
}

/// A part of a weight as the kernels read it.
struct RecurrentWeight {
  /// How many sums of a unit there are.
  let gates: Int
  let array: StridedArray

  /// Packs the weights of some gates that act on a state, from a weight `[G·H, H]`: the result of
  /// each gate is a sum over the units of the state.
  init(
    forward weight: StridedArray, gates: Range<Int>, _ plan: RecurrentPlan,
    on backend: OpenCLBackend
  ) throws {
    let units = plan.extents.units
    try self.init(
      weight, gates, sums: gates.count, unitStride: units, depthStride: 1, depth: units, plan,
      backend)
  }

  /// Packs the same for the way back: the result of each unit is a sum over the units of all gates.
  init(
    backward weight: StridedArray, gates: Range<Int>, _ plan: RecurrentPlan,
    on backend: OpenCLBackend
  ) throws {
    let units = plan.extents.units
    try self.init(
      weight, gates, sums: 1, unitStride: 1, depthStride: units, depth: gates.count * units, plan,
      backend)
  }

  private init(
    _ weight: StridedArray, _ part: Range<Int>, sums: Int, unitStride: Int, depthStride: Int,
    depth: Int, _ plan: RecurrentPlan, _ backend: OpenCLBackend
  ) throws {
    let units = plan.extents.units
    gates = sums
    let options = plan.options(gates: sums)
    let start = part.lowerBound * units * units
    array = try weight.packedCopy(options, [start, unitStride, depthStride, depth, units]) {
      let packed = try backend.temporary([plan.packedCount(gates: sums, depth: depth)])
      try backend.launch(
        try backend.kernel("packWeight", in: "recurrent-products", options: options),
        global: WorkSize(depth, plan.panels(gates: sums)), local: packingGroup,
        [
          weight.argument, .uint64(UInt64(start)), .uint64(UInt64(unitStride)),
          .uint64(UInt64(depthStride)), .int32(Int32(depth)), .int32(Int32(units)),
          packed.argument,
        ])
      return packed
    }
  }
}

/// Neighbouring places along the depth.
private let packingGroup = WorkSize(32, 1)
