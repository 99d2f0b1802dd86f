import Backends
import OpenCL

/// Convolution as a product with columns that are gathered in local memory, for GPUs, see
/// Kernels/convolution-tiled.cl.
extension OpenCLBackend {
  /// Convolves, or carries the part of a gradient back that `gathering` is.
  func convolveTiled(_ call: ConvolutionCall, _ gathering: ConvolutionGathering) throws {
    try launch(
      try kernel(
        "convolveTiled", in: file, options: options(call.fragments), ending: call.epilogue, width: 1
      ),
      global: groups(gathering.positions, gathering.rows, gathering.groups), local: workGroup,
      [call.source.argument, call.filter.argument] + optional(call.bias)
        + [call.result.resultArgument, gathering.argument] + call.epilogue.arguments)
  }

  func filterGradientTiled(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    let squares = tiles(geometry.depth) * tiles(geometry.outputs) * geometry.groups
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
      try kernel("sumProductsTiled", in: file, options: options(fragments(for: .current))),
      global: groups(geometry.depth, geometry.outputs, geometry.groups * chunks),
      local: workGroup,
      [
        gradient.argument, images.argument, partials.resultArgument, .int32(Int32(imagesPerChunk)),
        ConvolutionGathering(geometry).argument,
      ])
    if chunks > 1 {
      try reduce(.sum, partials, over: AxisSet([0], of: partials.shape), to: whole)
    }
  }

  private func groups(_ columns: Int, _ rows: Int, _ planes: Int) -> WorkSize {
    WorkSize(tiles(columns) * side, tiles(rows) * side, planes)
  }

  private func tiles(_ extent: Int) -> Int { (extent + side * each - 1) / (side * each) }
}

/// Work-items of a side of a group, and numbers of a side of what one computes: 64 by 64 numbers a
/// group, of which 16 are in the registers of each work-item.
private let side = 16
private let each = 4
private let workGroup = WorkSize(side, side, 1)

/// The kernels' options, for numbers as they are or for rounded ones.
private func options(_ fragments: Fragments?) -> String {
  "-DTILE_SIDE=\(side * each) -DTILE_DEPTH=16 -DITEM_ROWS=\(each) -DITEM_COLUMNS=\(each)"
    + (fragments?.options ?? "")
}

private let file = "convolution-tiled"

/// With fewer work-groups for each compute unit, some of these would have nothing to do.
private let mostBusyGroups = 8
private let partialBytes = 64 << 20
