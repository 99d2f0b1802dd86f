import Backends

/// How much is put around the images of a convolution.
public enum ConvolutionPadding: Hashable, Sendable {
  /// So much that each side of the result is ⌈H / S⌉ long: as long as the images' for stride 1.
  ///
  /// An odd number of rows or columns leaves the larger part below or right, as in TensorFlow, and
  /// in PyTorch, which has it for stride 1.
  case same
  /// What is given for each side.
  case edges(Edges)
}

extension ConvolutionPadding {
  /// What is added to images of that height and width.
  func edges(image: Pair, kernel: Pair, _ convolution: Convolution) -> Edges {
    switch self {
    case .edges(let edges):
      return edges
    case .same:
      let rows = missing(
        image.vertical, kernel.vertical, convolution.stride.vertical,
        convolution.dilation.vertical)
      let columns = missing(
        image.horizontal, kernel.horizontal, convolution.stride.horizontal,
        convolution.dilation.horizontal)
      return Edges(
        top: rows / 2, bottom: rows - rows / 2, left: columns / 2, right: columns - columns / 2)
    }
  }

  /// How many elements are missing along a side for ⌈extent / stride⌉ places of the kernel.
  private func missing(_ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
    let places = (extent + stride - 1) / max(1, stride)
    return max(0, (places - 1) * stride + dilation * (kernel - 1) + 1 - extent)
  }
}

/// A two-dimensional convolution of images with edges of any size and kind around them.
///
/// ```swift
/// conv2d(.zeros([1, 1, 5, 4]), .zeros([2, 1, 2, 3]), padding: .same).shape  // [1, 2, 5, 4]
/// ```
///
/// - Parameters:
///   - images: `[n, in, height, width]`.
///   - filter: `[out, in / groups, kernel height, kernel width]`.
///   - bias: `[out]`, added to each channel.
///   - convolution: Stride, dilation and groups; its own padding must be 0.
///   - padding: What is put around the images.
///   - mode: What the edges hold.
/// - Returns: `[n, out, height, width]`, as `conv2d` of the padded images.
public func conv2d(
  _ images: Tensor, _ filter: Tensor, bias: Tensor? = nil, _ convolution: Convolution = .init(),
  padding: ConvolutionPadding, mode: PaddingMode = .zeros
) -> Tensor {
  guard images.rank == 4, filter.rank == 4, convolution.padding == 0 else {
    misuse(
      "conv2d: images \(images.shape) and filter \(filter.shape) must have 4 axes, and the "
        + "convolution's padding \(convolution.padding) be 0 where edges are given")
  }
  var edges = padding.edges(
    image: Pair(images.shape[2], images.shape[3]), kernel: Pair(filter.shape[2], filter.shape[3]),
    convolution)
  var convolution = convolution
  if mode == .zeros {
    // Zeros on both sides cost the convolution nothing.
    let both = Pair(min(edges.top, edges.bottom), min(edges.left, edges.right))
    guard both.vertical >= 0, both.horizontal >= 0 else {
      misuse("conv2d: edges \(edges) of images \(images.shape) must be at least 0")
    }
    convolution.padding = both
    edges = Edges(
      top: edges.top - both.vertical, bottom: edges.bottom - both.vertical,
      left: edges.left - both.horizontal, right: edges.right - both.horizontal)
  }
  return conv2d(images.padded(edges, mode: mode), filter, bias: bias, convolution)
}

/// A one-dimensional convolution (cross-correlation).
///
/// ```swift
/// let x = Tensor([1, 2, 3, 4], shape: [1, 1, 4])
/// conv1d(x, Tensor([1, -1], shape: [1, 1, 2]))  // [[[-1, -1, -1]]]
/// ```
///
/// - Parameters:
///   - sequences: `[n, in, length]`.
///   - filter: `[out, in / groups, kernel]`.
///   - bias: `[out]`, added to each channel.
///   - stride: How far the kernel moves between outputs.
///   - padding: Zeros on each side.
///   - dilation: The distance between the taps of the kernel.
///   - groups: Into how many independent convolutions the channels are split.
/// - Returns: `[n, out, ⌊(L + 2P − D(F − 1) − 1) / S⌋ + 1]`.
public func conv1d(
  _ sequences: Tensor, _ filter: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
  dilation: Int = 1, groups: Int = 1
) -> Tensor {
  let convolution = Convolution(
    stride: Pair(1, stride), padding: Pair(0, padding), dilation: Pair(1, dilation), groups: groups)
  return sequences.asRows("conv1d") { images in
    filterRows(filter, sequences) { conv2d("conv1d", images, $0, bias: bias, convolution) }
  }
}

/// A one-dimensional convolution of sequences with edges of any size and kind.
///
/// ```swift
/// let x = Tensor([1, 2, 3, 4], shape: [1, 1, 4])
/// conv1d(x, Tensor([1, 1, 1], shape: [1, 1, 3]), padding: .same, mode: .replicate)  // [[[4, 6, 9, 11]]]
/// ```
///
/// - Parameters:
///   - sequences: `[n, in, length]`.
///   - filter: `[out, in / groups, kernel]`.
///   - bias: `[out]`, added to each channel.
///   - stride: How far the kernel moves between outputs.
///   - padding: What is put before and behind the sequences, as left and right edge.
///   - mode: What the edges hold.
///   - dilation: The distance between the taps of the kernel.
///   - groups: Into how many independent convolutions the channels are split.
/// - Returns: `[n, out, length]`, as `conv1d` of the padded sequences.
public func conv1d(
  _ sequences: Tensor, _ filter: Tensor, bias: Tensor? = nil, stride: Int = 1,
  padding: ConvolutionPadding, mode: PaddingMode = .zeros, dilation: Int = 1, groups: Int = 1
) -> Tensor {
  let convolution = Convolution(
    stride: Pair(1, stride), dilation: Pair(1, dilation), groups: groups)
  if case .edges(let edges) = padding, edges.top != 0 || edges.bottom != 0 {
    misuse("conv1d: edges \(edges); a sequence has only a left and a right one")
  }
  return sequences.asRows("conv1d") { images in
    filterRows(filter, sequences) {
      conv2d(images, $0, bias: bias, convolution, padding: padding, mode: mode)
    }
  }
}

private func filterRows(
  _ filter: Tensor, _ sequences: Tensor, _ body: (Tensor) -> Tensor
) -> Tensor {
  guard filter.rank == 3 else {
    misuse("conv1d: filter \(filter.shape) for sequences \(sequences.shape) must have 3 axes")
  }
  return body(filter.expanded(at: 2))
}
