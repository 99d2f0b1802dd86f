/// The parameters of a two-dimensional convolution, each as (vertical, horizontal).
///
/// As in every framework it is a cross-correlation: the kernel is not flipped.
public struct Convolution: Hashable, Sendable {
  /// How far the window moves between outputs.
  public var stride: Pair
  /// Rows and columns of zeros on each side of the image.
  public var padding: Pair
  /// The distance between the taps of the kernel.
  public var dilation: Pair
  /// Into how many independent convolutions the channels are split.
  public var groups: Int

  /// Makes the parameters; strides and dilations are at least 1, paddings at least 0.
  public init(
    stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: Int = 1
  ) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// The output's shape `[n, out, height, width]` for images `[n, in, height, width]` and a filter
  /// `[out, in / groups, kernel height, kernel width]`, or an explanation of why they do not fit.
  ///
  /// ⌊(H + 2·padding − dilation·(F − 1) − 1) / stride⌋ + 1 along each side.
  public func outputShape(images: Shape, filter: Shape) -> Result<Shape, ShapeMismatch> {
    guard images.rank == 4, filter.rank == 4 else {
      return .failure(ShapeMismatch("images \(images) and filter \(filter) must both have 4 axes"))
    }
    guard stride.isAtLeast(1), dilation.isAtLeast(1), padding.isAtLeast(0), groups >= 1 else {
      return .failure(
        ShapeMismatch(
          "stride \(stride) and dilation \(dilation) must be at least 1, padding \(padding) at "
            + "least 0 and groups \(groups) at least 1"))
    }
    guard images[1] == filter[1] * groups, filter[0] % groups == 0 else {
      return .failure(
        ShapeMismatch(
          "images \(images) and filter \(filter) do not fit in \(groups) group(s): the images need "
            + "\(filter[1] * groups) channels and the filter a multiple of \(groups) outputs"))
    }
    let window = Pair(filter[2], filter[3])
    guard
      let height = slidingCount(
        images[2], window.vertical, stride.vertical, padding.vertical, dilation.vertical),
      let width = slidingCount(
        images[3], window.horizontal, stride.horizontal, padding.horizontal, dilation.horizontal)
    else {
      return .failure(
        ShapeMismatch(
          "the kernel of filter \(filter) with dilation \(dilation) is larger than images \(images) "
            + "with padding \(padding)"))
    }
    return .success([images[0], filter[0], height, width])
  }
}

/// Two numbers: vertical, then horizontal.
///
/// An integer literal gives both.
public struct Pair: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Along the height.
  public var vertical: Int
  /// Along the width.
  public var horizontal: Int

  /// Makes a pair of two numbers.
  public init(_ vertical: Int, _ horizontal: Int) {
    self.vertical = vertical
    self.horizontal = horizontal
  }

  /// Makes a pair of the same number twice.
  public init(integerLiteral value: Int) { self.init(value, value) }

  /// Such as `2×3`.
  public var description: String { "\(vertical)×\(horizontal)" }

  func isAtLeast(_ bound: Int) -> Bool { vertical >= bound && horizontal >= bound }
}

/// Why shapes do not fit an operation.
public struct ShapeMismatch: Error, CustomStringConvertible {
  /// The explanation, naming the shapes.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// At how many places a window fits along one side, or nil where at none.
private func slidingCount(
  _ extent: Int, _ window: Int, _ stride: Int, _ padding: Int, _ dilation: Int
) -> Int? {
  let room = extent + 2 * padding - dilation * (window - 1) - 1
  return room >= 0 ? room / stride + 1 : nil
}
