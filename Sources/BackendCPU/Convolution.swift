import Backends

// Every product is one `sgemm` for a group of a tile, in the order of the images, so that sums have
// a fixed order.

extension CPUBackend {
  /// filter · columns for each image, on top of the bias.
  public func convolve(
    _ images: StridedArray, _ filter: StridedArray, bias: StridedArray?, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    let geometry = ConvolutionGeometry(
      "convolve", images: images.shape, filter: filter.shape, result: result.shape, convolution)
    let (weights, target) = (filter.floats, result.floats)
    guard let output = target.baseAddress, !target.isEmpty else { return }
    fill(target, bias: bias, geometry)
    try forEachUnfoldedGroup(of: images, geometry) { part, columns in
      multiply(
        Matrix(weights.baseAddress! + part.filterOffset, rowStride: geometry.tapCount), columns,
        m: geometry.groupOutputs, n: part.tile.count, k: geometry.tapCount, adding: true,
        to: output + part.resultOffset, rowStride: geometry.resultPlaneCount)
    }
  }

  /// gradient · columnsᵀ, summed over the images.
  public func convolutionFilterGradient(
    _ gradient: StridedArray, _ images: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    let geometry = ConvolutionGeometry(
      "convolutionFilterGradient", images: images.shape, filter: result.shape,
      result: gradient.shape, convolution)
    let (source, target) = (gradient.floats, result.floats)
    target.update(repeating: 0)
    guard let output = target.baseAddress, !source.isEmpty else { return }
    try forEachUnfoldedGroup(of: images, geometry) { part, columns in
      var transposed = columns
      transposed.isTransposed = true
      multiply(
        Matrix(
          source.baseAddress! + part.resultOffset, rowStride: geometry.resultPlaneCount),
        transposed, m: geometry.groupOutputs, n: geometry.tapCount, k: part.tile.count,
        adding: true, to: output + part.filterOffset, rowStride: geometry.tapCount)
    }
  }

  /// filterᵀ · gradient gives the columns of the images' gradient, which are folded back.
  public func convolutionDataGradient(
    _ gradient: StridedArray, _ filter: StridedArray, _ convolution: Convolution,
    to result: StridedArray
  ) throws {
    let geometry = ConvolutionGeometry(
      "convolutionDataGradient", images: result.shape, filter: filter.shape,
      result: gradient.shape, convolution)
    let (source, weights, target) = (gradient.floats, filter.floats, result.floats)
    target.update(repeating: 0)
    guard let output = target.baseAddress, !source.isEmpty, !weights.isEmpty else { return }
    let imageCount = geometry.images[1] * geometry.planeCount
    let workspace = try workspace(floatCount: geometry.tilesAtOnce * geometry.tileCapacity)
    for first in stride(from: 0, to: geometry.tileCount, by: geometry.tilesAtOnce) {
      let tiles = first..<min(first + geometry.tilesAtOnce, geometry.tileCount)
      for number in tiles {
        let columns = workspace.floats + (number - first) * geometry.tileCapacity
        for part in geometry.groups(of: geometry.tile(number)) {
          multiply(
            Matrix(
              weights.baseAddress! + part.filterOffset, isTransposed: true,
              rowStride: geometry.tapCount),
            Matrix(
              source.baseAddress! + part.resultOffset, rowStride: geometry.resultPlaneCount),
            m: geometry.tapCount, n: part.tile.count, k: geometry.groupOutputs, adding: false,
            to: columns + part.columnsOffset, rowStride: part.tile.count)
        }
      }
      inParallel(tiles.count, minimumPart: 1) { numbers in
        for i in numbers {
          let tile = geometry.tile(first + i)
          geometry.fold(
            workspace.floats + i * geometry.tileCapacity, tile,
            into: output + tile.image * imageCount)
        }
      }
    }
  }

  /// Calls the body with the columns of each group of each tile, in order.
  private func forEachUnfoldedGroup(
    of images: StridedArray, _ geometry: ConvolutionGeometry,
    _ body: (ConvolutionPart, Matrix) -> Void
  ) throws {
    let imageCount = geometry.images[1] * geometry.planeCount
    guard let source = UnsafePointer(images.floats.baseAddress), imageCount > 0 else { return }
    if geometry.imagesAreColumns {
      for number in 0..<geometry.tileCount {
        for part in geometry.groups(of: geometry.tile(number)) {
          let start = part.tile.image * imageCount + part.tile.offset
          let channel = part.group * geometry.groupChannels
          body(
            part,
            Matrix(
              source + start + channel * geometry.planeCount, rowStride: geometry.planeCount))
        }
      }
      return
    }
    let workspace = try workspace(floatCount: geometry.tilesAtOnce * geometry.tileCapacity)
    for first in stride(from: 0, to: geometry.tileCount, by: geometry.tilesAtOnce) {
      let tiles = first..<min(first + geometry.tilesAtOnce, geometry.tileCount)
      inParallel(tiles.count, minimumPart: 1) { numbers in
        for i in numbers {
          let tile = geometry.tile(first + i)
          geometry.unfold(
            source + tile.image * imageCount, tile,
            to: workspace.floats + i * geometry.tileCapacity)
        }
      }
      for number in tiles {
        let columns = workspace.floats + (number - first) * geometry.tileCapacity
        for part in geometry.groups(of: geometry.tile(number)) {
          body(part, Matrix(columns + part.columnsOffset, rowStride: part.tile.count))
        }
      }
    }
  }

  /// Fills the result with the bias of each channel, or zeros.
  private func fill(
    _ result: UnsafeMutableBufferPointer<Float>, bias: StridedArray?,
    _ geometry: ConvolutionGeometry
  ) {
    guard let bias else { return result.update(repeating: 0) }
    let values = bias.floats
    guard bias.shape == [geometry.filter[0]], let base = result.baseAddress else {
      misuse("convolve: bias \(bias.shape) for filter \(geometry.filter)")
    }
    for plane in 0..<geometry.result[0] * geometry.filter[0] {
      (base + plane * geometry.resultPlaneCount).update(
        repeating: values[plane % geometry.filter[0]], count: geometry.resultPlaneCount)
    }
  }
}

/// One group's share of a tile, and where its elements lie.
private struct ConvolutionPart {
  let tile: ConvolutionTile
  let group: Int
  let filterOffset: Int
  let resultOffset: Int
  let columnsOffset: Int
}

extension ConvolutionGeometry {
  /// The shares of all groups in a tile.
  fileprivate func groups(of tile: ConvolutionTile) -> some Sequence<ConvolutionPart> {
    (0..<convolution.groups).lazy.map { group in
      let channel = tile.image * filter[0] + group * groupOutputs
      return ConvolutionPart(
        tile: tile, group: group, filterOffset: group * groupOutputs * tapCount,
        resultOffset: channel * resultPlaneCount + tile.offset,
        columnsOffset: group * tapCount * tile.count)
    }
  }
}
