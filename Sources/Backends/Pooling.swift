/// The parameters of two-dimensional pooling, each as (vertical, horizontal).
///
/// Windows slide in steps of the stride, or are chosen so that there is a given number of them; see
/// `adaptive(_:)`.
public struct Pooling: Hashable, Sendable {
  /// The height and width of the window.
  public var window: Pair
  /// How far the window moves between outputs.
  public var stride: Pair
  /// Rows and columns added on each side: −∞ for maxima, zeros for averages.
  public var padding: Pair
  /// Whether a last window that reaches over the padding's edge counts, cut off there.
  ///
  /// It does not where it would begin behind the image.
  public var ceilMode: Bool
  /// Whether the zeros of the padding count in averages.
  public var countsPadding: Bool
  /// How many outputs there are where windows are chosen for that; window, stride and padding then
  /// mean nothing.
  public private(set) var adaptiveOutput: Pair?

  /// Makes the parameters; the stride is the window where none is given, so that windows tile.
  public init(
    window: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) {
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
    self.ceilMode = ceilMode
    self.countsPadding = countsPadding
  }

  /// As many windows as given, of nearly equal size, over the whole image.
  ///
  /// Window i of n over H elements holds those from ⌊iH / n⌋ to ⌈(i + 1)H / n⌉ − 1. Neighbouring
  /// windows share elements where n does not divide H.
  public static func adaptive(_ output: Pair) -> Pooling {
    var pooling = Pooling(window: 1)
    pooling.adaptiveOutput = output
    return pooling
  }

  /// The output's shape for images `[n, channels, height, width]`, or why they do not fit.
  public func outputShape(images: Shape) -> Result<Shape, ShapeMismatch> {
    guard images.rank == 4 else {
      return .failure(ShapeMismatch("images \(images) must have 4 axes"))
    }
    if let adaptiveOutput {
      guard adaptiveOutput.isAtLeast(1), images[2] >= 1, images[3] >= 1 else {
        return .failure(
          ShapeMismatch("\(adaptiveOutput) outputs and images \(images) must be at least 1×1"))
      }
      return .success([images[0], images[1], adaptiveOutput.vertical, adaptiveOutput.horizontal])
    }
    guard window.isAtLeast(1), stride.isAtLeast(1), padding.isAtLeast(0),
      2 * padding.vertical <= window.vertical, 2 * padding.horizontal <= window.horizontal
    else {
      return .failure(
        ShapeMismatch(
          "window \(window) and stride \(stride) must be at least 1, and padding \(padding) at most "
            + "half the window"))
    }
    guard
      let height = count(images[2], window.vertical, stride.vertical, padding.vertical),
      let width = count(images[3], window.horizontal, stride.horizontal, padding.horizontal)
    else {
      return .failure(
        ShapeMismatch("window \(window) is larger than images \(images) with padding \(padding)"))
    }
    return .success([images[0], images[1], height, width])
  }

  /// How many windows there are along one side; nil where there is room for none.
  private func count(_ extent: Int, _ window: Int, _ stride: Int, _ padding: Int) -> Int? {
    let room = extent + 2 * padding - window + (ceilMode ? stride - 1 : 0)
    guard extent >= 1, room >= 0 else { return nil }
    let last = room / stride
    return ceilMode && last * stride >= extent + padding ? last : last + 1
  }
}

extension Pooling {
  /// The windows along the height and along the width of images, for a result of the fitting shape.
  package func sides(images: Shape, result: Shape) -> (
    vertical: PoolingSide, horizontal: PoolingSide
  ) {
    let isAdaptive = adaptiveOutput != nil
    return (
      PoolingSide(
        extent: images[2], outputs: result[2], window: window.vertical, stride: stride.vertical,
        padding: padding.vertical, isAdaptive: isAdaptive, countsPadding: countsPadding),
      PoolingSide(
        extent: images[3], outputs: result[3], window: window.horizontal,
        stride: stride.horizontal, padding: padding.horizontal, isAdaptive: isAdaptive,
        countsPadding: countsPadding)
    )
  }
}

/// The windows of a pooling operation along one side of the image.
package struct PoolingSide: Sendable {
  /// Elements of the image along the side.
  package let extent: Int
  /// How many windows there are.
  package let outputs: Int
  package let window: Int
  package let stride: Int
  package let padding: Int
  let isAdaptive: Bool
  let countsPadding: Bool

  /// The elements of the image that a window covers; at least one.
  package func covered(_ output: Int) -> Range<Int> {
    if isAdaptive {
      return output * extent / outputs..<((output + 1) * extent + outputs - 1) / outputs
    }
    let start = output * stride - padding
    return max(start, 0)..<max(0, min(start + window, extent))
  }

  /// By how many elements the sum over a window is divided: those covered, and where it counts
  /// also those of the padding, which ends `padding` elements behind the image.
  package func divisor(_ output: Int) -> Int {
    if isAdaptive || !countsPadding { return covered(output).count }
    let start = output * stride - padding
    return min(start + window, extent + padding) - start
  }
}
