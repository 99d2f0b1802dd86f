import Backends
import OpenCL

/// Convolution as a product with columns that are packed where they are needed, see
/// Kernels/convolution-implicit.cl.
extension OpenCLBackend {
  func convolveImplicitly(_ call: ConvolutionCall) throws {
    try launch(call, ConvolutionGathering(call.geometry))
  }

  func dataGradientImplicitly(_ call: ConvolutionCall) throws {
    for part in ConvolutionGathering.dataGradient(call.geometry) {
      try launch(call, part)
    }
  }

  /// The product of weights and what positions see, with the kernel that suits the device.
  private func launch(_ call: ConvolutionCall, _ gathering: ConvolutionGathering) throws {
    guard kernelStyle == .cpu else { return try convolveTiled(call, gathering) }
    let plan = ImplicitConvolutionPlan(
      gathering, width: device.cpuVectorWidth, computeUnits: device.computeUnits)
    let scratch = try temporary([plan.workers, plan.scratchSize])
    try launch(
      try kernel(
        "convolveImplicitly", in: "convolution-implicit",
        options: plan.tile.options + " -DSTEP=\(gathering.step)", ending: call.epilogue,
        width: plan.tile.width),
      global: WorkSize(plan.workers), local: WorkSize(1),
      [call.source.argument, .uint64(UInt64(call.source.count)), call.filter.argument]
        + optional(call.bias)
        + [
          call.result.resultArgument, scratch.argument, .uint64(UInt64(plan.scratchSize)),
          .int32(Int32(plan.blockChannels)), .int32(Int32(plan.parts)),
          .int32(Int32(plan.partRows)), gathering.argument,
        ] + call.epilogue.arguments)
  }
}

/// How an implicit product is cut into work.
private struct ImplicitConvolutionPlan {
  let tile: RegisterTile
  /// The channels that are packed at a time.
  let blockChannels: Int
  /// The parts that the rows are cut into, and the rows of one, a multiple of the tile's.
  let parts: Int
  let partRows: Int
  /// Work-items, and the floats that each has for its panel and its sums.
  let workers: Int
  let scratchSize: Int

  init(_ gathering: ConvolutionGathering, width: Int, computeUnits: Int) {
    tile = Self.tile(for: gathering, width: width)
    let taps = max(gathering.taps, 1)
    let blocks = (gathering.channels * taps + Self.cachedDepth - 1) / Self.cachedDepth
    let mostBlocks = min(blocks, gathering.channels)
    blockChannels = (gathering.channels + mostBlocks - 1) / mostBlocks

    let panels = (gathering.positions + tile.columns - 1) / tile.columns * gathering.groups
    let tiles = (gathering.rows + tile.rows - 1) / tile.rows
    let wanted = (Self.unitsPerCore * computeUnits + panels - 1) / panels
    let mostParts = min(wanted, max(1, gathering.rows / Self.fewestRows))
    let partTiles = (tiles + mostParts - 1) / mostParts
    partRows = partTiles * tile.rows
    parts = (tiles + partTiles - 1) / partTiles
    workers = min(Self.workersPerCore * computeUnits, panels * parts)
    scratchSize = (blockChannels * taps + partRows) * tile.columns
  }

  /// The widest tile, or a narrower one where that leaves far fewer lanes and rows empty.
  private static func tile(for gathering: ConvolutionGathering, width: Int) -> RegisterTile {
    let widest = RegisterTile.widest(width: width)
    func work(_ tile: RegisterTile) -> Int {
      let panels = (gathering.positions + tile.columns - 1) / tile.columns
      let tiles = (gathering.rows + tile.rows - 1) / tile.rows
      return panels * tile.columns * tiles * tile.rows
    }
    let narrower = (1..<widest.vectors).map { RegisterTile(width: width, vectors: $0) }
    let best = narrower.min { work($0) < work($1) }!
    return work(best) * worthwhile.denominator < work(widest) * worthwhile.numerator
      ? best : widest
  }

  /// A panel of this depth stays in a core's second-level cache.
  private static let cachedDepth = 512
  /// So many units for each core even out what one core loses to other work.
  private static let unitsPerCore = 8
  private static let workersPerCore = 4
  /// With fewer rows packing takes longer than multiplying.
  private static let fewestRows = 48
  /// Narrower tiles are less efficient, and another kernel to compile.
  private static let worthwhile = (numerator: 5, denominator: 6)
}
