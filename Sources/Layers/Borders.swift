import Tensors

/// Puts edges around images; see `PaddingMode`.
///
/// From `[…, height, width]` to `[…, top + height + bottom, left + width + right]`.
///
/// ```swift
/// Pad2D(1, mode: .reflect)(.zeros([2, 3, 8, 8])).shape  // [2, 3, 10, 10]
/// ```
public struct Pad2D: Layer {
  /// How many rows and columns on each side.
  public let edges: Edges
  /// What they hold.
  public let mode: PaddingMode

  /// Makes a layer; zeros unless another mode is given.
  public init(_ edges: Edges, mode: PaddingMode = .zeros) {
    (self.edges, self.mode) = (edges, mode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor { input.padded(edges, mode: mode) }
}

/// Puts edges before and behind sequences; see `PaddingMode`.
///
/// From `[…, length]` to `[…, before + length + after]`.
///
/// ```swift
/// Pad1D(before: 2, after: 0)(.zeros([2, 3, 8])).shape  // [2, 3, 10]
/// ```
public struct Pad1D: Layer {
  /// How many elements before the first.
  public let before: Int
  /// How many elements behind the last.
  public let after: Int
  /// What they are.
  public let mode: PaddingMode

  /// Makes a layer; zeros unless another mode is given.
  public init(before: Int, after: Int, mode: PaddingMode = .zeros) {
    (self.before, self.after, self.mode) = (before, after, mode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    input.padded(axis: -1, before: before, after: after, mode: mode)
  }
}
