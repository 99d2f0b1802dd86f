import Backends

/// Three numbers: along depth, height and width.
///
/// An integer literal gives all.
public struct Triple: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Along the depth.
  public var depth: Int
  /// Along the height and the width.
  public var plane: Pair

  /// Makes a triple of three numbers.
  public init(_ depth: Int, _ height: Int, _ width: Int) {
    self.depth = depth
    plane = Pair(height, width)
  }

  /// Makes a triple of the same number three times.
  public init(integerLiteral value: Int) { self.init(value, value, value) }

  /// Such as `2×3×4`.
  public var description: String { "\(depth)×\(plane)" }
}

/// The parameters of a three-dimensional convolution, each as (depth, height, width).
public struct Convolution3D: Hashable, Sendable {
  /// How far the window moves between outputs.
  public var stride: Triple
  /// Zeros on each side of the volume.
  public var padding: Triple
  /// The distance between the taps of the kernel.
  public var dilation: Triple
  /// Into how many independent convolutions the channels are split.
  public var groups: Int

  /// Makes the parameters; strides and dilations are at least 1, paddings at least 0.
  public init(
    stride: Triple = 1, padding: Triple = 0, dilation: Triple = 1, groups: Int = 1
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// What remains in each plane.
  fileprivate var plane: Convolution {
    Convolution(
      stride: stride.plane, padding: padding.plane, dilation: dilation.plane, groups: groups)
  }
}

/// A three-dimensional convolution (cross-correlation).
///
/// It is computed as one of images: the planes under a kernel become channels of an image, which
/// copies the volume once for each plane of the kernel.
///
/// ```swift
/// conv3d(.zeros([2, 1, 5, 6, 7]), .zeros([8, 1, 3, 3, 3])).shape  // [2, 8, 3, 4, 5]
/// ```
///
/// - Parameters:
///   - volumes: `[n, in, depth, height, width]`.
///   - filter: `[out, in / groups, kernel depth, kernel height, kernel width]`.
///   - bias: `[out]`, added to each channel.
///   - convolution: Stride, padding, dilation and groups.
/// - Returns: `[n, out, depth, height, width]` with ⌊(H + 2P − D(F − 1) − 1) / S⌋ + 1 along each
///   side.
public func conv3d(
  _ volumes: Tensor, _ filter: Tensor, bias: Tensor? = nil,
  _ convolution: Convolution3D = .init()
) -> Tensor {
  let name: StaticString = "conv3d"
  volumes.require(.float32, name)
  guard volumes.rank == 5, filter.rank == 5, convolution.padding.depth >= 0,
    volumes.shape[1] == filter.shape[1] * convolution.groups
  else {
    misuse(
      "\(name): volumes \(volumes.shape) and filter \(filter.shape) must have 5 axes and fit in "
        + "\(convolution.groups) group(s)")
  }
  let (n, kernelDepth) = (volumes.shape[0], filter.shape[2])
  let depth = convolution.padding.depth
  // [n, in, kernel depth, places, height, width], a view.
  let windows = volumes.padded(axis: 2, before: depth, after: depth).windows(
    along: 2, size: kernelDepth, step: convolution.stride.depth,
    dilation: convolution.dilation.depth, name)
  let places = windows.shape[3]
  let images = windows.permuted(0, 3, 1, 2, 4, 5).reshaped([
    n * places, volumes.shape[1] * kernelDepth, volumes.shape[3], volumes.shape[4],
  ])
  let kernels = filter.reshaped([
    filter.shape[0], filter.shape[1] * kernelDepth, filter.shape[3], filter.shape[4],
  ])
  let result = conv2d(name, images, kernels, bias: bias, convolution.plane)
  return
    result.reshaped([n, places, filter.shape[0], result.shape[2], result.shape[3]])
    .permuted(0, 2, 1, 3, 4)
}
