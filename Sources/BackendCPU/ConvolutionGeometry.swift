import Backends

/// The extents of a convolution, and its images unfolded into matrices.
///
/// The *columns* of an image are the matrix whose product with the filter, a matrix `[out, in /
/// groups · kernel height · kernel width]`, is the result: each column holds the elements under the
/// kernel at one place ("im2col"; Chellapilla, Puri, Simard 2006). They are made for a *tile* at a
/// time, some rows of the result of one image, so that the memory needed has a bound.
struct ConvolutionGeometry {
  let images: Shape
  let filter: Shape
  let result: Shape
  let convolution: Convolution
  /// Rows of the result in a tile.
  let tileHeight: Int

  init(_ operation: String, images: Shape, filter: Shape, result: Shape, _ convolution: Convolution)
  {
    guard case .success(result) = convolution.outputShape(images: images, filter: filter) else {
      misuse("\(operation): images \(images), filter \(filter), \(convolution), result \(result)")
    }
    (self.images, self.filter, self.result) = (images, filter, result)
    self.convolution = convolution
    let rowLength = max(1, images[1] * filter[2] * filter[3] * result[3])
    tileHeight = max(1, min(result[2], ConvolutionGeometry.workspaceLimit / rowLength))
  }

  /// Floats in the workspace where a tile of one row does not need more: 4 MiB, so that it stays
  /// in the last cache.
  private static let workspaceLimit = 1 << 20

  /// Elements of a channel's plane of the images.
  var planeCount: Int { images[2] * images[3] }
  /// Elements of a channel's plane of the result.
  var resultPlaneCount: Int { result[2] * result[3] }
  /// Channels of the images in a group.
  var groupChannels: Int { filter[1] }
  /// Channels of the result in a group.
  var groupOutputs: Int { filter[0] / convolution.groups }
  /// Rows of a group's columns: the taps of the kernel in all its channels.
  var tapCount: Int { filter[1] * filter[2] * filter[3] }
  /// Floats of the columns of a full tile, over all groups.
  var tileCapacity: Int { images[1] * filter[2] * filter[3] * tileHeight * result[3] }
  /// Tiles of an image.
  var tilesPerImage: Int { (result[2] + tileHeight - 1) / tileHeight }
  /// Tiles of all images.
  var tileCount: Int { result[0] * tilesPerImage }
  /// Tiles that the workspace holds at once, all of different images.
  var tilesAtOnce: Int {
    tilesPerImage > 1
      ? 1 : max(1, min(tileCount, ConvolutionGeometry.workspaceLimit / max(1, tileCapacity)))
  }
  /// Whether the images are their own columns: a 1×1 kernel that visits every element.
  var imagesAreColumns: Bool {
    filter[2] == 1 && filter[3] == 1 && convolution.stride == 1 && convolution.padding == 0
  }

  func tile(_ number: Int) -> ConvolutionTile {
    let top = number % tilesPerImage * tileHeight
    return ConvolutionTile(
      image: number / tilesPerImage, rows: top..<min(top + tileHeight, result[2]),
      width: result[3])
  }
}

/// Some rows of the result of one image.
struct ConvolutionTile {
  let image: Int
  let rows: Range<Int>
  let width: Int

  /// Elements in a channel of the tile.
  var count: Int { rows.count * width }
  /// Elements in a channel's plane before the tile.
  var offset: Int { rows.lowerBound * width }
}

extension ConvolutionGeometry {
  /// Copies a tile's elements of an image to its columns, with zeros for the padding.
  func unfold(
    _ image: UnsafePointer<Float>, _ tile: ConvolutionTile,
    to columns: UnsafeMutablePointer<Float>
  ) {
    let (width, step) = (result[3], convolution.stride.horizontal)
    forEachRow(of: tile) { column, source, valid in
      let target = columns + column
      target.update(repeating: 0, count: valid.lowerBound)
      (target + valid.upperBound).update(repeating: 0, count: width - valid.upperBound)
      if step == 1 {
        (target + valid.lowerBound).update(from: image + source, count: valid.count)
      } else {
        for i in 0..<valid.count { target[valid.lowerBound + i] = image[source + i * step] }
      }
    }
  }

  /// Adds a tile's columns to the elements of an image they came from.
  func fold(
    _ columns: UnsafePointer<Float>, _ tile: ConvolutionTile,
    into image: UnsafeMutablePointer<Float>
  ) {
    let step = convolution.stride.horizontal
    forEachRow(of: tile) { column, target, valid in
      let source = columns + column + valid.lowerBound
      let target = image + target
      if step == 1 {
        for i in 0..<valid.count { target[i] += source[i] }
      } else {
        for i in 0..<valid.count { target[i * step] += source[i] }
      }
    }
  }

  /// Calls the body for each row of the result under each tap of the kernel: where it starts in
  /// the columns, the element of the image at its first valid place, and its valid places, those
  /// not in the padding.
  @inline(__always)
  private func forEachRow(of tile: ConvolutionTile, _ body: (Int, Int, Range<Int>) -> Void) {
    let (height, width) = (images[2], images[3])
    let (stride, padding, dilation) = (
      convolution.stride, convolution.padding, convolution.dilation
    )
    var column = 0
    for channel in 0..<images[1] {
      for tapRow in 0..<filter[2] {
        for tapColumn in 0..<filter[3] {
          let left = tapColumn * dilation.horizontal - padding.horizontal
          let valid = validPlaces(left, stride.horizontal, extent: width, count: tile.width)
          for row in tile.rows {
            let y = row * stride.vertical - padding.vertical + tapRow * dilation.vertical
            if y >= 0, y < height, !valid.isEmpty {
              let x = left + valid.lowerBound * stride.horizontal
              body(column, (channel * height + y) * width + x, valid)
            } else {
              body(column, 0, 0..<0)
            }
            column += tile.width
          }
        }
      }
    }
  }
}

/// The places `i` in `0..<count` with `start + i · step` in `0..<extent`.
private func validPlaces(_ start: Int, _ step: Int, extent: Int, count: Int) -> Range<Int> {
  let first = start < 0 ? (-start + step - 1) / step : 0
  let end = start < extent ? (extent - start + step - 1) / step : 0
  return min(first, count)..<max(min(first, count), min(end, count))
}
