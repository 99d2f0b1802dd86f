import Backends
import OpenCL

/// The gradient by the filter with tiles of channels in registers, see
/// Kernels/convolution-filter-gradient.cl.
extension OpenCLBackend {
  func filterGradientImplicitly(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    _ tile: LocalTile?, to result: StridedArray
  ) throws {
    guard kernelStyle == .cpu else {
      return try filterGradientTiled(gradient, images, geometry, tile, to: result)
    }
    let plan = FilterGradientPlan(
      geometry, width: device.cpuVectorWidth, computeUnits: device.computeUnits)
    let packed = try packed(gradient, geometry, plan)
    let padded = geometry.ofPaddedImages
    let images = geometry.padding == 0 ? images : try self.padded(images, geometry, plan)
    let partials = try temporary([plan.chunks, plan.partialElements])
    try launch(
      try kernel("sumProducts", in: file, options: plan.tile.options),
      global: WorkSize(plan.tiles, plan.blocks, plan.chunks), local: WorkSize(1, 1, 1),
      [
        packed.argument, images.argument, partials.argument, .int32(Int32(plan.imagesPerChunk)),
        padded.argument,
      ])
    try launch(
      try kernel("addChunks", in: file, options: plan.tile.options),
      global: WorkSize((geometry.depth + plan.tile.width - 1) / plan.tile.width, plan.blocks),
      local: WorkSize(1, 1),
      [
        partials.argument, result.resultArgument, .int32(Int32(plan.chunks)),
        .int32(Int32(plan.tiles)),
        geometry.argument,
      ])
  }

  private func packed(
    _ gradient: StridedArray, _ geometry: ConvolutionGeometry, _ plan: FilterGradientPlan
  ) throws -> StridedArray {
    let packed = try temporary(
      [geometry.images, plan.blocks, geometry.resultPixels, plan.tile.columns])
    try launch(
      try kernel("packGradient", in: file, options: plan.tile.options + " -DSTRIP=\(strip)"),
      global: WorkSize(
        (geometry.resultPixels + strip - 1) / strip, geometry.images * plan.blocks),
      local: WorkSize(1, 1), [gradient.argument, packed.argument, geometry.argument])
    return packed
  }

  /// The images with the zeros of the padding around them.
  private func padded(
    _ images: StridedArray, _ geometry: ConvolutionGeometry, _ plan: FilterGradientPlan
  ) throws -> StridedArray {
    let planes = geometry.images * geometry.groups * geometry.inputs
    let target = try temporary([planes, geometry.ofPaddedImages.imagePixels])
    try launch(
      try kernel("padImages", in: file, options: plan.tile.options),
      global: WorkSize(min(planes, mostGroups)), local: WorkSize(1),
      [images.argument, target.argument, .uint64(UInt64(planes)), geometry.argument])
    return target
  }
}

/// How the gradient by a filter is cut into work.
private struct FilterGradientPlan {
  let tile: RegisterTile
  /// Blocks of channels, of all groups.
  let blocks: Int
  /// Tiles that cover the elements of a channel's filter.
  let tiles: Int
  /// The images are summed in chunks of so many, and these then added.
  let imagesPerChunk: Int
  let chunks: Int

  /// The elements of one chunk's sums.
  var partialElements: Int { blocks * tiles * tile.rows * tile.columns }

  init(_ geometry: ConvolutionGeometry, width: Int, computeUnits: Int) {
    tile = Self.tile(forChannels: geometry.outputs, width: width)
    blocks = geometry.groups * ((geometry.outputs + tile.columns - 1) / tile.columns)
    tiles = (geometry.depth + tile.rows - 1) / tile.rows
    let elements = blocks * tiles * tile.rows * tile.columns
    let mostChunks = max(1, Self.partialBytes / (elements * DType.float32.byteWidth))
    let cached = Self.cachedBytes / (geometry.resultPixels * tile.columns * 4)
    // As many images as stay in a cache while the tiles go over them, but no more chunks than have
    // room, nor fewer than keep all cores busy.
    let wanted = (Self.unitsPerCore * computeUnits + blocks * tiles - 1) / (blocks * tiles)
    let busy = max(1, geometry.images / wanted)
    let size = min(max(cached, 1), busy)
    imagesPerChunk = max(size, (geometry.images + mostChunks - 1) / mostChunks)
    chunks = (geometry.images + imagesPerChunk - 1) / imagesPerChunk
  }

  /// The tile that leaves the fewest lanes empty, the widest of several.
  private static func tile(forChannels channels: Int, width: Int) -> RegisterTile {
    let vectors = (channels + width - 1) / width
    let filled = { (width: Int) in (vectors + width - 1) / width * width }
    let widths = (1...RegisterTile.mostVectors(ofWidth: width)).reversed()
    return RegisterTile(width: width, vectors: widths.min { filled($0) < filled($1) }!)
  }

  private static let unitsPerCore = 8
  private static let partialBytes = 16 << 20
  /// A fraction of a core's second-level cache.
  private static let cachedBytes = 256 << 10
}

private let file = "convolution-filter-gradient"
/// The pixels that a work-item packs, enough to be worth its start.
private let strip = 256
