import Backends
import OpenCL

/// Convolution as a product with columns that are gathered in local memory, for GPUs, see
/// Kernels/convolution-tiled.cl.
extension OpenCLBackend {
  /// Convolves, or carries the part of a gradient back that `gathering` is.
  func convolveTiled(_ call: ConvolutionCall, _ gathering: ConvolutionGathering) throws {
    let tile = try usableTile(call.tile, by: call.fragments)
      .gathering(rows: gathering.rows, columns: gathering.positions, on: device)
    try launch(
      try kernel("convolveTiled", in: file, options: tile.options, ending: call.epilogue, width: 1),
      global: tile.items(columns: gathering.positions, rows: gathering.rows, gathering.groups),
      local: tile.group,
      [call.source.argument, call.filter.argument] + optional(call.bias)
        + [call.result.resultArgument, gathering.argument] + call.epilogue.arguments)
  }

  func filterGradientTiled(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    _ tile: LocalTile?, to result: StridedArray
  ) throws {
    let tile = try usableTile(tile, by: fragments(for: .current))
      .gathering(rows: geometry.outputs, columns: geometry.depth, on: device)
    let squares = tile.tiles(columns: geometry.depth, rows: geometry.outputs) * geometry.groups
    let wanted = min(
      (mostBusyGroups * device.computeUnits + squares - 1) / squares, geometry.images)
    let mostChunks = max(
      1,
      min(
        partialBytes / (result.count * DType.float32.byteWidth), mostGroups / geometry.groups))
    let imagesPerChunk = (geometry.images - 1) / min(wanted, mostChunks) + 1
    let chunks = (geometry.images + imagesPerChunk - 1) / imagesPerChunk
    let whole = result.with(Layout([1, result.count]))
    let partials = chunks == 1 ? whole : try temporary([chunks, result.count])
    try launch(
      try kernel("sumProductsTiled", in: file, options: tile.options),
      global: tile.items(
        columns: geometry.depth, rows: geometry.outputs, geometry.groups * chunks),
      local: tile.group,
      [
        gradient.argument, images.argument, partials.resultArgument, .int32(Int32(imagesPerChunk)),
        ConvolutionGathering(geometry).argument,
      ])
    if chunks > 1 {
      try reduce(.sum, partials, over: AxisSet([0], of: partials.shape), to: whole)
    }
  }

  /// The tile that was chosen, or the usual one; that also for rounded numbers, which nobody has timed
  /// it with.
  private func usableTile(
    _ chosen: LocalTile?, by fragments: Fragments?
  ) throws(OpenCLError) -> LocalTile {
    if fragments == nil, let chosen { return chosen }
    guard let tile = LocalTile(gatheringBy: [:], by: fragments, for: device) else {
      throw OpenCLError(
        status: invalidWorkGroupSize, call: "clEnqueueNDRangeKernel",
        detail: "work-groups of \(device.name) are too small for tiles of convolutions")
    }
    return tile
  }
}

extension LocalTile {
  /// How many tiles there are of so many numbers.
  fileprivate func tiles(columns: Int, rows: Int) -> Int {
    (columns + self.columns - 1) / self.columns * ((rows + self.rows - 1) / self.rows)
  }

  /// The work-items of whole tiles.
  fileprivate func items(columns: Int, rows: Int, _ planes: Int) -> WorkSize {
    WorkSize(
      (columns + self.columns - 1) / self.columns * (self.columns / itemColumns),
      (rows + self.rows - 1) / self.rows * (self.rows / itemRows), planes)
  }
}

private let file = "convolution-tiled"

/// `CL_INVALID_WORK_GROUP_SIZE`.
private let invalidWorkGroupSize: Int32 = -54

/// With fewer work-groups for each compute unit, some of these would have nothing to do.
private let mostBusyGroups = 8
private let partialBytes = 64 << 20
