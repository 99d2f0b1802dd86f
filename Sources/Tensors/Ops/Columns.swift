import Backends

/// The columns of images ("im2col"): what lies under a sliding kernel, one column for each place.
///
/// The product of a convolution's filter, as a matrix `[out, channels · kernel height · kernel
/// width]`, with the columns is the convolution (Chellapilla, Puri, Simard: High Performance
/// Convolutional Neural Networks for Document Processing, 2006). The gradient is `fold`.
///
/// ```swift
/// unfold(.zeros([2, 3, 5, 4]), kernel: 2).shape  // [2, 12, 12]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - kernel: The height and width of the kernel.
///   - convolution: Stride, padding (with zeros) and dilation; of one group.
/// - Returns: `[n, channels · kernel height · kernel width, places]`, the places row by row, as
///   PyTorch's `unfold`.
public func unfold(_ images: Tensor, kernel: Pair, _ convolution: Convolution = .init()) -> Tensor {
  images.require(.float32, "unfold")
  let geometry = ColumnGeometry("unfold", images.shape, kernel, convolution)
  let padded = images.padded(Edges(convolution.padding))
  let windows =
    padded
    .windows(
      along: 2, size: kernel.vertical, step: convolution.stride.vertical,
      dilation: convolution.dilation.vertical, "unfold"
    )
    .windows(
      along: 4, size: kernel.horizontal, step: convolution.stride.horizontal,
      dilation: convolution.dilation.horizontal, "unfold")
  return windows.permuted(0, 1, 2, 4, 3, 5).reshaped(geometry.columns)
}

/// Adds up columns at the places of images they stand for ("col2im"); the gradient of `unfold`, and
/// not its inverse: an element under several windows becomes the sum of its copies.
///
/// ```swift
/// fold(.ones([1, 4, 4]), output: 3, kernel: 2)  // [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]
/// ```
///
/// - Parameters:
///   - columns: `[n, channels · kernel height · kernel width, places]`.
///   - output: The height and width of the images.
///   - kernel: The height and width of the kernel.
///   - convolution: Stride, padding and dilation; of one group.
/// - Returns: `[n, channels, height, width]`, as PyTorch's `fold`.
public func fold(
  _ columns: Tensor, output: Pair, kernel: Pair, _ convolution: Convolution = .init()
) -> Tensor {
  columns.require(.float32, "fold")
  let taps = kernel.vertical * kernel.horizontal
  guard columns.rank == 3, taps >= 1, columns.shape[1] % taps == 0 else {
    misuse(
      "fold: columns \(columns.shape) must be [n, channels · \(kernel), places]")
  }
  let channels = columns.shape[1] / taps
  let images: Shape = [columns.shape[0], channels, output.vertical, output.horizontal]
  let geometry = ColumnGeometry("fold", images, kernel, convolution)
  guard columns.shape == geometry.columns else {
    misuse("fold: columns \(columns.shape) where images \(images) have \(geometry.columns)")
  }
  let (padding, places) = (convolution.padding, geometry.places)
  return
    columns
    .reshaped([
      images[0], channels, kernel.vertical, kernel.horizontal, places.vertical, places.horizontal,
    ])
    .permuted(0, 1, 2, 4, 3, 5)
    .overlapAdded(
      along: 4, extent: output.horizontal + 2 * padding.horizontal,
      step: convolution.stride.horizontal, dilation: convolution.dilation.horizontal, "fold"
    )
    .overlapAdded(
      along: 2, extent: output.vertical + 2 * padding.vertical,
      step: convolution.stride.vertical, dilation: convolution.dilation.vertical, "fold"
    )
    .slice(padding.vertical..<padding.vertical + output.vertical, axis: 2)
    .slice(padding.horizontal..<padding.horizontal + output.horizontal, axis: 3)
}

/// How many columns images have, and of what height.
private struct ColumnGeometry {
  let columns: Shape
  let places: Pair

  init(_ name: StaticString, _ images: Shape, _ kernel: Pair, _ convolution: Convolution) {
    guard images.rank == 4, convolution.groups == 1 else {
      misuse("\(name): images \(images) must have 4 axes, and groups \(convolution.groups) be 1")
    }
    let taps = kernel.vertical * kernel.horizontal
    let filter: Shape = [1, images[1], kernel.vertical, kernel.horizontal]
    let result = require(convolution.outputShape(images: images, filter: filter), name)
    places = Pair(result[2], result[3])
    columns = [images[0], images[1] * taps, result[2] * result[3]]
  }
}
