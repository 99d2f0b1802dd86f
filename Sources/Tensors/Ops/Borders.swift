import Backends

/// What is put around an image.
public enum PaddingMode: Hashable, Sendable {
  /// A number: c c | a b d | c c.
  case constant(Float)
  /// The image mirrored at its outermost elements: d b | a b d | b a.
  case reflect
  /// The image mirrored behind its outermost elements: b a | a b d | d b.
  case symmetric
  /// The outermost elements: a a | a b d | d d.
  case replicate
  /// The image again, as on a torus: b d | a b d | a b.
  case circular

  /// Zeros.
  public static let zeros = PaddingMode.constant(0)
}

/// Rows and columns added on the sides of an image.
///
/// An integer literal adds as many on every side.
public struct Edges: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Rows above.
  public var top: Int
  /// Rows below.
  public var bottom: Int
  /// Columns before.
  public var left: Int
  /// Columns behind.
  public var right: Int

  /// Makes edges of given sizes, each 0 unless given.
  public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
    (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
  }

  /// Makes edges of the same size on opposite sides.
  public init(_ pair: Pair) {
    self.init(
      top: pair.vertical, bottom: pair.vertical, left: pair.horizontal, right: pair.horizontal)
  }

  /// Makes edges of the same size on every side.
  public init(integerLiteral value: Int) { self.init(Pair(value, value)) }

  /// Such as `top 1 bottom 2 left 0 right 0`.
  public var description: String { "top \(top) bottom \(bottom) left \(left) right \(right)" }
}

extension Tensor {
  /// The images with edges around them: rows along the last axis but one, columns along the last.
  ///
  /// An edge that mirrors the image (`.reflect`) is narrower than it, one that repeats it
  /// (`.symmetric`, `.circular`) not wider. The gradient of an element is the sum over its copies.
  ///
  /// ```swift
  /// let image = Tensor([1, 2, 3, 4], shape: [2, 2])
  /// image.padded(Edges(top: 1), mode: .reflect)  // [[3, 4], [1, 2], [3, 4]]
  /// ```
  ///
  /// - Parameters:
  ///   - edges: How many rows and columns on each side.
  ///   - mode: What they hold.
  public func padded(_ edges: Edges, mode: PaddingMode = .zeros) -> Tensor {
    guard rank >= 2 else { misuse("pad: shape \(shape) has no rows and columns") }
    return padded(axis: -2, before: edges.top, after: edges.bottom, mode: mode)
      .padded(axis: -1, before: edges.left, after: edges.right, mode: mode)
  }

  /// The tensor with entries before and after it along an axis.
  ///
  /// An edge that mirrors the tensor (`.reflect`) is narrower than it, one that repeats it
  /// (`.symmetric`, `.circular`) not wider. The gradient of an element is the sum over its copies.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).padded(axis: 0, before: 2, after: 1, mode: .replicate)  // [1, 1, 1, 2, 3, 3]
  /// ```
  ///
  /// - Parameters:
  ///   - axis: Along which axis.
  ///   - before: How many entries before the first.
  ///   - after: How many entries behind the last.
  ///   - mode: What they hold.
  public func padded(axis: Int, before: Int, after: Int, mode: PaddingMode) -> Tensor {
    if case .constant(let value) = mode {
      return padded(axis: axis, before: before, after: after, with: value)
    }
    let axis = shape.normalized(axis)
    let extent = shape[axis]
    let widest = mode.widestEdge(of: extent)
    guard 0...widest ~= before, 0...widest ~= after else {
      misuse(
        "pad: edges of \(before) and \(after) along axis \(axis) of shape \(shape) must be 0 to "
          + "\(widest) in mode \(mode)")
    }
    let edges = (
      before: before > 0 ? edge(axis, mode, before: before) : nil,
      after: after > 0 ? edge(axis, mode, after: after) : nil
    )
    let parts = [edges.before, self, edges.after].compactMap { $0 }
    return parts.count == 1 ? self : concatenate(parts, axis: axis)
  }

  /// The entries put before the first.
  private func edge(_ axis: Int, _ mode: PaddingMode, before count: Int) -> Tensor {
    let extent = shape[axis]
    return switch mode {
    case .reflect: slice(1..<count + 1, axis: axis).flipped(axis)
    case .symmetric: slice(0..<count, axis: axis).flipped(axis)
    case .circular: slice(extent - count..<extent, axis: axis)
    case .replicate, .constant: repeated(entry: 0, axis, count)
    }
  }

  /// The entries put behind the last.
  private func edge(_ axis: Int, _ mode: PaddingMode, after count: Int) -> Tensor {
    let extent = shape[axis]
    return switch mode {
    case .reflect: slice(extent - 1 - count..<extent - 1, axis: axis).flipped(axis)
    case .symmetric: slice(extent - count..<extent, axis: axis).flipped(axis)
    case .circular: slice(0..<count, axis: axis)
    case .replicate, .constant: repeated(entry: extent - 1, axis, count)
    }
  }

  private func repeated(entry: Int, _ axis: Int, _ count: Int) -> Tensor {
    var target = shape
    target[axis] = count
    return slice(entry..<entry + 1, axis: axis).broadcast(to: target)
  }
}

extension PaddingMode {
  /// How wide an edge may be beside an extent.
  fileprivate func widestEdge(of extent: Int) -> Int {
    switch self {
    case .reflect: max(0, extent - 1)
    case .symmetric, .circular: extent
    case .replicate, .constant: extent > 0 ? Int.max - 1 : 0
    }
  }
}
