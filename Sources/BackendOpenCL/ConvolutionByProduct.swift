import Backends
import OpenCL

/// Convolution as matrix products with columns, a chunk of images at a time so that the columns
/// stay small and the products large.
extension OpenCLBackend {
  func convolveByProduct(
    _ images: StridedArray, _ filter: StridedArray, _ bias: StridedArray?,
    _ geometry: ConvolutionGeometry, to result: StridedArray
  ) throws {
    if geometry.isPointwise {
      let product =
        bias == nil
        ? result.with(geometry.resultMatrices) : try temporary(geometry.resultMatrices.shape)
      try matrixProduct(
        filter.with(geometry.repeatedFilter(isTransposed: false)),
        images.with(geometry.imageMatrices), to: product)
      if let bias {
        let spread = Layout(result.shape, strides: [0, 1, 0, 0], offset: 0)
        let sums = product.with(Layout(result.shape))
        try pointwise(sum, scalars: [], [sums, bias.with(spread)], to: result)
      }
      return
    }
    for chunk in chunks(geometry) {
      let part = geometry.ofImages(chunk.count)
      let product = try temporary(part.resultColumns)
      try matrixProduct(
        filter.with(part.filterMatrices), try columns(of: images, chunk, part), to: product)
      // Back to images first, with the bias on the way.
      let target = result.with(part.resultImages(from: chunk.lowerBound))
      let source = product.with(part.columnsAsImages)
      if let bias {
        let spread = Layout(target.shape, strides: [0, 1, 0], offset: 0)
        try pointwise(sum, scalars: [], [source, bias.with(spread)], to: target)
      } else {
        try pointwise(copy, scalars: [], [source], to: target)
      }
    }
  }

  func dataGradientByProduct(
    _ gradient: StridedArray, _ filter: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    if geometry.isPointwise {
      return try matrixProduct(
        filter.with(geometry.repeatedFilter(isTransposed: true)),
        gradient.with(geometry.resultMatrices), to: result.with(geometry.imageMatrices))
    }
    let kernel = try kernel("columnsToImage", in: "convolution")
    for chunk in chunks(geometry) {
      let part = geometry.ofImages(chunk.count)
      let columns = try temporary(part.columns)
      try matrixProduct(
        filter.with(part.filterMatrices.permuted([0, 2, 1])),
        try resultColumns(of: gradient, chunk, part), to: columns)
      try launch(
        kernel,
        global: WorkSize(
          part.imagePixels, min(chunk.count, mostGroups), part.groups * part.inputs),
        local: pixelGroup,
        [columns.argument, result.resultArgument, .uint64(UInt64(chunk.lowerBound)), part.argument])
    }
  }

  func filterGradientByProduct(
    _ gradient: StridedArray, _ images: StridedArray, _ geometry: ConvolutionGeometry,
    to result: StridedArray
  ) throws {
    let matrices = Layout([geometry.groups, geometry.outputs, geometry.depth])
    for chunk in chunks(geometry) {
      let part = geometry.ofImages(chunk.count)
      let columns = try columns(of: images, chunk, part)
      let isFirst = chunk.lowerBound == 0
      let product = isFirst ? result.with(matrices) : try temporary(matrices.shape)
      try matrixProduct(
        try resultColumns(of: gradient, chunk, part),
        columns.with(columns.layout.permuted([0, 2, 1])), to: product)
      if !isFirst {
        try pointwise(
          sum, scalars: [], [result.with(matrices), product], to: result.with(matrices))
      }
    }
  }

  /// The images as matrices for the filter, `[groups, depth, images · pixels]`.
  private func columns(
    of images: StridedArray, _ chunk: Range<Int>, _ part: ConvolutionGeometry
  ) throws -> StridedArray {
    let columns = try temporary(part.columns)
    try launch(
      try kernel("imageToColumns", in: "convolution"),
      global: WorkSize(
        part.resultPixels, min(chunk.count, mostGroups), part.groups * part.depth),
      local: pixelGroup,
      [images.argument, .uint64(UInt64(chunk.lowerBound)), columns.argument, part.argument])
    return columns
  }

  /// A gradient by the result as matrices, `[groups, out, images · pixels]`.
  private func resultColumns(
    of gradient: StridedArray, _ chunk: Range<Int>, _ part: ConvolutionGeometry
  ) throws -> StridedArray {
    let channelsFirst = part.resultImages(from: chunk.lowerBound).permuted([1, 0, 2])
    let copy = try densified(gradient.with(channelsFirst))
    return copy.with(Layout(part.resultColumns))
  }

  /// The images in parts whose columns take a bounded amount of memory.
  private func chunks(_ geometry: ConvolutionGeometry) -> [Range<Int>] {
    let bytes = geometry.ofImages(1).columns.count * DType.float32.byteWidth
    let size = max(1, min(columnBytes, device.maxAllocationBytes) / bytes)
    return stride(from: 0, to: geometry.images, by: size).map {
      $0..<min($0 + size, geometry.images)
    }
  }
}

extension ConvolutionGeometry {
  fileprivate var columns: Shape { [groups, depth, images * resultPixels] }
  fileprivate var resultColumns: Shape { [groups, outputs, images * resultPixels] }
  fileprivate var filterMatrices: Layout { Layout([groups, outputs, depth]) }

  /// The matrix of each image, where columns are not needed.
  fileprivate var imageMatrices: Layout { Layout([images, inputs, imagePixels]) }
  fileprivate var resultMatrices: Layout { Layout([images, outputs, resultPixels]) }

  /// The filter, the same for each image.
  fileprivate func repeatedFilter(isTransposed: Bool) -> Layout {
    isTransposed
      ? Layout([images, inputs, outputs], strides: [0, 1, inputs], offset: 0)
      : Layout([images, outputs, inputs], strides: [0, inputs, 1], offset: 0)
  }

  /// Images of the result from one on, `[images, channels, pixels]`.
  fileprivate func resultImages(from first: Int) -> Layout {
    let channels = groups * outputs
    return Layout(
      [images, channels, resultPixels], offset: first * channels * resultPixels)
  }

  /// The columns of the result, seen as images.
  fileprivate var columnsAsImages: Layout {
    Layout([groups * outputs, images, resultPixels]).permuted([1, 0, 2])
  }
}

/// How large columns get: enough for large products, little beside what training needs.
private let columnBytes = 64 << 20

/// Neighbouring pixels, of one row of columns or one plane.
let pixelGroup = WorkSize(64, 1, 1)

private let sum = PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) }
private let copy = PointwiseExpression(.float32) { $0.input(0) }
