import Backends

/// Max pooling of sequences; see `maxPool2d`.
///
/// ```swift
/// let x = Tensor([1, 3, 2, 0], shape: [1, 1, 4])
/// maxPool1d(x, window: 2)  // [3, 2]
/// ```
///
/// - Parameters:
///   - sequences: `[n, channels, length]`.
///   - window: The length of the window.
///   - stride: How far the window moves; by its length where not given.
///   - padding: Elements added on each side, which count as −∞.
///   - ceilMode: Whether a last window that reaches over the edge counts.
/// - Returns: `[n, channels, ⌊(L + 2P − F) / S⌋ + 1]`.
public func maxPool1d(
  _ sequences: Tensor, window: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false
) -> Tensor {
  let pooling = Pooling.ofRows(
    window: window, stride: stride, padding: padding, ceilMode: ceilMode)
  return sequences.asRows("maxPool1d") { maxPool2d($0, pooling) }
}

/// Average pooling of sequences; see `averagePool2d`.
///
/// ```swift
/// let x = Tensor([1, 3, 2, 0], shape: [1, 1, 4])
/// averagePool1d(x, window: 2)  // [2, 1]
/// ```
///
/// - Parameters:
///   - sequences: `[n, channels, length]`.
///   - window: The length of the window.
///   - stride: How far the window moves; by its length where not given.
///   - padding: Zeros added on each side.
///   - ceilMode: Whether a last window that reaches over the edge counts.
///   - countsPadding: Whether the zeros count in the means.
/// - Returns: `[n, channels, ⌊(L + 2P − F) / S⌋ + 1]`.
public func averagePool1d(
  _ sequences: Tensor, window: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
  countsPadding: Bool = true
) -> Tensor {
  let pooling = Pooling.ofRows(
    window: window, stride: stride, padding: padding, ceilMode: ceilMode,
    countsPadding: countsPadding)
  return sequences.asRows("averagePool1d") { averagePool2d($0, pooling) }
}

/// The mean over everything behind the first two axes, which stay with extent 1 each: from
/// `[n, channels, …]` to `[n, channels, 1, …]` (Lin, Chen, Yan: Network in Network, 2013).
///
/// ```swift
/// let x = Tensor([1, 3, 2, 0], shape: [1, 1, 4])
/// globalAveragePool(x)  // [1.5]
/// ```
public func globalAveragePool(_ input: Tensor) -> Tensor {
  requireSpatial(input, "globalAveragePool")
  return input.mean(Array(2..<input.rank), keepingAxes: true)
}

/// The largest over everything behind the first two axes, which stay with extent 1 each: from
/// `[n, channels, …]` to `[n, channels, 1, …]`.
///
/// Of several largest elements the first gets the gradient.
///
/// ```swift
/// let x = Tensor([1, 3, 2, 0], shape: [1, 1, 4])
/// globalMaxPool(x)  // [3]
/// ```
public func globalMaxPool(_ input: Tensor) -> Tensor {
  requireSpatial(input, "globalMaxPool")
  let (n, channels) = (input.shape[0], input.shape[1])
  let plane = Shape(input.shape.dropFirst(2)).count
  let largest = maxPool2d(input.reshaped([n, channels, 1, plane]), .adaptive(1))
  return largest.reshaped(Shape([n, channels] + input.shape.dropFirst(2).map { _ in 1 }))
}

private func requireSpatial(_ input: Tensor, _ name: StaticString) {
  guard input.rank >= 3, input.shape.dropFirst(2).allSatisfy({ $0 >= 1 }) else {
    misuse("\(name): input \(input.shape) must be [n, channels, …] with elements in each channel")
  }
}

/// The mean of each of a given number of windows of nearly equal size; see `Pooling.adaptive(_:)`.
///
/// ```swift
/// adaptiveAveragePool2d(.zeros([1, 512, 10, 9]), 7).shape  // [1, 512, 7, 7]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - output: The height and width of the result.
public func adaptiveAveragePool2d(_ images: Tensor, _ output: Pair) -> Tensor {
  averagePool2d(images, .adaptive(output))
}

/// The largest element of each of a given number of windows of nearly equal size; see
/// `Pooling.adaptive(_:)`.
///
/// ```swift
/// adaptiveMaxPool2d(.zeros([1, 512, 10, 9]), 7).shape  // [1, 512, 7, 7]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - output: The height and width of the result.
public func adaptiveMaxPool2d(_ images: Tensor, _ output: Pair) -> Tensor {
  maxPool2d(images, .adaptive(output))
}

/// The mean of each of a given number of windows of nearly equal length: from
/// `[n, channels, length]` to `[n, channels, output]`.
///
/// ```swift
/// let x = Tensor([1, 3, 2, 0], shape: [1, 1, 4])
/// adaptiveAveragePool1d(x, 2)  // [2, 1]
/// ```
public func adaptiveAveragePool1d(_ sequences: Tensor, _ output: Int) -> Tensor {
  sequences.asRows("adaptiveAveragePool1d") { averagePool2d($0, .adaptive(Pair(1, output))) }
}

/// The p-norm of each window: (Σ xᵖ)^(1/p), as in PyTorch without absolute values.
///
/// With p = 1 it is the sum over a window, with p → ∞ its maximum. An odd p is for inputs that are
/// not negative: the root of a negative sum is NaN. Where a sum is 0, so is the gradient. In ceil
/// mode a window that is cut off counts as if its mean filled it.
///
/// ```swift
/// lpPool2d(Tensor([1, 2, 2, 4], shape: [1, 1, 2, 2]), norm: 2, window: 2)  // [5]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - norm: p, greater than 0.
///   - window: The height and width of the window.
///   - stride: How far the window moves; by its size where not given.
///   - ceilMode: Whether a last window that reaches over the edge counts.
public func lpPool2d(
  _ images: Tensor, norm: Float, window: Pair, stride: Pair? = nil, ceilMode: Bool = false
) -> Tensor {
  guard norm > 0 else { misuse("lpPool2d: the norm \(norm) must be greater than 0") }
  let pooling = Pooling(window: window, stride: stride, ceilMode: ceilMode)
  let area = Float(window.vertical * window.horizontal)
  let sums = averagePool2d(images.power(norm), pooling) * area
  // The root is infinitely steep at 0; chosen so, its gradient goes nowhere.
  let zero = Tensor(0, device: images.device)
  return Tensor.where(sums .== 0, zero, sums).power(1 / norm)
}

/// The p-norm of each window of sequences; see `lpPool2d`.
///
/// ```swift
/// lpPool1d(Tensor([3, 4, 6, 8], shape: [1, 1, 4]), norm: 2, window: 2)  // [5, 10]
/// ```
///
/// - Parameters:
///   - sequences: `[n, channels, length]`.
///   - norm: p, greater than 0.
///   - window: The length of the window.
///   - stride: How far the window moves; by its length where not given.
///   - ceilMode: Whether a last window that reaches over the edge counts.
public func lpPool1d(
  _ sequences: Tensor, norm: Float, window: Int, stride: Int? = nil, ceilMode: Bool = false
) -> Tensor {
  sequences.asRows("lpPool1d") {
    lpPool2d(
      $0, norm: norm, window: Pair(1, window), stride: stride.map { Pair(1, $0) },
      ceilMode: ceilMode)
  }
}

extension Pooling {
  /// Pooling along one row.
  package static func ofRows(
    window: Int, stride: Int?, padding: Int, ceilMode: Bool, countsPadding: Bool = true
  ) -> Pooling {
    Pooling(
      window: Pair(1, window), stride: stride.map { Pair(1, $0) }, padding: Pair(0, padding),
      ceilMode: ceilMode, countsPadding: countsPadding)
  }
}

extension Tensor {
  /// Applies an operation on images to sequences `[n, channels, length]`, each an image of one row.
  func asRows(_ name: StaticString, _ body: (Tensor) -> Tensor) -> Tensor {
    guard rank == 3 else { misuse("\(name): input \(shape) must be [n, channels, length]") }
    return body(expanded(at: 2)).squeezed(2)
  }
}
