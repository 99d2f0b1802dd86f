import Backends
import OpenCL

/// How the steps of a recurrent network are cut into work-items; see Kernels/recurrent-products.cl.
struct RecurrentPlan {
  let extents: RecurrentExtents
  /// Whether groups share tiles in local memory.
  private let isTiled: Bool
  /// The lanes of a vector.
  private let width: Int

  init(_ extents: RecurrentExtents, on backend: OpenCLBackend) {
    self.extents = extents
    isTiled = backend.kernelStyle == .gpu
    let sharedWidth = backend.device.maxWorkGroupSize >= 256 ? 16 : 8
    width = isTiled ? sharedWidth : backend.device.cpuVectorWidth
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
    // The last block is not to be much emptier than the others.
    let blocks = (extents.batch + mostRows - 1) / mostRows
    return Tile(vectors: vectors, rows: (extents.batch + blocks - 1) / blocks)
  }

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
    let rows = tile(gates: gates).rows
    return (WorkSize((extents.batch + rows - 1) / rows, panels), WorkSize(1, 1))
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

/// A kernel that does steps, with its weight.
struct RecurrentStepKernel {
  private let kernel: Kernel
  private let size: (global: WorkSize, local: WorkSize)
  private let weight: RecurrentWeight
  private let backend: OpenCLBackend

  init(
    _ name: String, in file: String, options: String, _ weight: RecurrentWeight,
    _ plan: RecurrentPlan, on backend: OpenCLBackend
  ) throws {
    kernel = try backend.kernel(
      name, in: file, options: "\(plan.options(gates: weight.gates)) \(options)")
    size = plan.size(gates: weight.gates)
    self.weight = weight
    self.backend = backend
  }

  /// What the weight is multiplied with: rows at a distance, `depth` of their numbers.
  struct Left {
    let array: StridedArray
    let start, stride, depth: Int
  }

  /// Queues a step.
  func launch(_ left: Left, _ arguments: [KernelArgument], _ step: KernelArgument) throws {
    try backend.launch(
      kernel, global: size.global, local: size.local,
      [
        left.array.argument, .uint64(UInt64(left.start)), .uint64(UInt64(left.stride)),
        .int32(Int32(left.depth)), weight.array.argument,
      ] + arguments + [step])
  }
}

/// Neighbouring places along the depth.
private let packingGroup = WorkSize(32, 1)

extension RecurrentExtents {
  /// The kernels' `Step`.
  func step(
    _ time: Int, previous: Int, next: Int, hasBias: Bool = false, hasLengths: Bool
  ) -> KernelArgument {
    .int32s(
      [batch, units, time, previous, next, slots, hasBias ? 1 : 0, hasLengths ? 1 : 0].map {
        Int32($0)
      })
  }
}

extension RecurrentCell {
  /// The options that say what a cell's arrays hold.
  var kernelOptions: String {
    "-DCELL_GATES=\(gateCount) -DCELL_SAVED=\(savedCount) -DCELL_STATES=\(stateCount)"
  }
}
