import Backends
import OpenCL

/// Convolution with tiles of channels in registers, see Kernels/convolution-blocked.cl.
extension OpenCLBackend {
  func convolveBlocked(
    _ images: StridedArray, _ filter: StridedArray, _ bias: StridedArray?,
    _ geometry: ConvolutionGeometry, to result: StridedArray
  ) throws {
    let packed = try packed(filter, by: "packFilter", geometry)
    try convolve(images, packed: packed, bias, geometry, to: result)
  }

  /// A convolution with the filter reversed, of the gradient with zeros for the steps of the stride.
  func dataGradientBlocked(
    _ gradient: StridedArray, _ filter: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    let reversed = geometry.reversed
    let spread =
      geometry.stride == 1
      ? gradient
      : try surroundedByZeros(
        gradient, reversed.image, offset: 0, step: geometry.stride)
    let packed = try packed(filter, by: "packFilterReversed", reversed)
    try convolve(spread, packed: packed, nil, reversed, to: result)
  }

  func filterGradientBlocked(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    let padded = geometry.ofPaddedImages
    let images =
      geometry.padding == 0
      ? images
      : try surroundedByZeros(images, padded.image, offset: geometry.padding, step: 1)
    let blocking = ChannelBlocking(geometry.outputs)
    let blocks = geometry.groups * blocking.count
    let packed = try temporary(
      [geometry.images, blocks, geometry.resultPixels, blocking.channels])
    try launch(
      try kernel("packGradient", in: file, options: blocking.options),
      global: WorkSize(geometry.resultPixels, geometry.images * blocks),
      local: WorkSize(packingGroup, 1),
      [gradient.argument, packed.argument, geometry.argument])

    let tiles = (geometry.depth + tile - 1) / tile
    let elements = blocks * tiles * tile * blocking.channels
    let chunk = chunkSize(geometry.images, partialElements: elements)
    let chunks = (geometry.images + chunk - 1) / chunk
    let partials = try temporary([chunks, elements])
    try launch(
      try kernel("filterGradientBlocked", in: file, options: blocking.options),
      global: WorkSize(tiles, blocks, chunks), local: WorkSize(1, 1, 1),
      [packed.argument, images.argument, partials.argument, .int32(Int32(chunk)), padded.argument])
    try launch(
      try kernel("sumPartials", in: file, options: blocking.options),
      global: WorkSize(geometry.depth, geometry.groups * geometry.outputs),
      local: WorkSize(packingGroup, 1),
      [
        partials.argument, result.resultArgument, .int32(Int32(chunks)), .int32(Int32(tiles)),
        geometry.argument,
      ])
  }

  private func convolve(
    _ images: StridedArray, packed: StridedArray, _ bias: StridedArray?,
    _ geometry: ConvolutionGeometry, to result: StridedArray
  ) throws {
    let blocking = ChannelBlocking(geometry.outputs)
    try launch(
      try kernel("convolveBlocked", in: file, options: blocking.options),
      global: WorkSize(
        (geometry.result.horizontal + tile - 1) / tile, geometry.result.vertical,
        geometry.images * geometry.groups * blocking.count),
      local: WorkSize(1, 1, 1),
      [images.argument, packed.argument] + optional(bias) + [
        result.resultArgument, geometry.argument,
      ])
  }

  private func packed(
    _ filter: StridedArray, by name: String, _ geometry: ConvolutionGeometry
  ) throws -> StridedArray {
    let blocking = ChannelBlocking(geometry.outputs)
    let packed = try temporary(
      [geometry.groups * blocking.count, geometry.depth, blocking.channels])
    try launch(
      try kernel(name, in: file, options: blocking.options), global: WorkSize(packed.count),
      local: WorkSize(packingGroup), [filter.argument, packed.argument, geometry.argument])
    return packed
  }

  /// Larger planes of zeros that hold an array's elements from an offset on, in steps.
  private func surroundedByZeros(
    _ array: StridedArray, _ plane: Pair, offset: Pair, step: Pair
  ) throws -> StridedArray {
    let target = try temporary([array.shape[0], array.shape[1], plane.vertical, plane.horizontal])
    try fillWithZeros(target)
    let whole = target.layout
    let inner = Layout(
      array.shape,
      strides: [
        whole.stride(0), whole.stride(1), whole.stride(2) * step.vertical, step.horizontal,
      ],
      offset: offset.vertical * whole.stride(2) + offset.horizontal)
    try pointwise(copy, scalars: [], [array], to: target.with(inner))
    return target
  }
}

/// How channels are cut into blocks of vectors.
private struct ChannelBlocking {
  /// Vectors in a block.
  let vectors: Int
  /// How many blocks there are.
  let count: Int

  /// The widest blocks that leave the fewest lanes empty; a block of one vector keeps too few sums
  /// to hide their latency.
  init(_ channels: Int) {
    let needed = (channels + lanes - 1) / lanes
    let widths = needed == 1 ? [1] : [3, 2]
    let blocks = { (width: Int) in (needed + width - 1) / width }
    let best = widths.min { blocks($0) * $0 < blocks($1) * $1 } ?? 1
    vectors = best
    count = blocks(best)
  }

  /// Channels in a block.
  var channels: Int { vectors * lanes }

  var options: String { "-DVECTORS=\(vectors)" }
}

/// How many images are summed into one partial result: few enough to stay in a cache and to occupy
/// all cores, more where the filter is large.
private func chunkSize(_ images: Int, partialElements: Int) -> Int {
  let mostChunks = max(1, partialBytes / (partialElements * DType.float32.byteWidth))
  return max(imagesPerChunk, (images + mostChunks - 1) / mostChunks)
}

private let imagesPerChunk = 8
private let partialBytes = 16 << 20

/// `LANES` and `TILE` of the kernels.
private let lanes = 8
private let tile = 4

private let file = "convolution-blocked"
private let packingGroup = 64
private let copy = PointwiseExpression(.float32) { $0.input(0) }
