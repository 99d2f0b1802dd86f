import Backends

/// A way for a shape to lie in memory.
package enum Arrangement: String, Sendable, CaseIterable {
  /// Contiguous from the first element of the storage.
  case dense
  /// Contiguous behind some other elements.
  case offset
  /// The axes in reverse order.
  case permuted
  /// Every second element along each axis.
  case strided
  /// Walking backwards along each axis.
  case reversed
  /// Rows with gaps between them.
  case padded
  /// The elements along the first axis repeated along it.
  case broadcastRows
  /// One element repeated along the last axis.
  case broadcastColumns

  /// Those that place every element somewhere else, as a result must.
  static let injective = allCases.filter { $0 != .broadcastRows && $0 != .broadcastColumns }

  /// Where the elements lie, and how many elements the storage needs for that.
  func placed(_ shape: Shape) -> (layout: Layout, elementCount: Int) {
    let layout = layout(of: shape)
    // One element more than is touched, so that writing past the end is seen.
    return (layout, layout.bounds.map { $0.upperBound + 2 } ?? 0)
  }

  private func layout(of shape: Shape) -> Layout {
    let dense = Layout(shape)
    switch self {
    case .dense:
      return dense
    case .offset:
      return Layout(shape, offset: 3)
    case .permuted:
      let backwards = Array(shape.indices.reversed())
      return Layout(Shape(shape.reversed()), offset: 1).permuted(backwards)
    case .strided:
      let spread = Layout(Shape(shape.map { 2 * $0 }))
      return Layout(shape, strides: spread.strides.map { 2 * $0 }, offset: 1)
    case .reversed:
      let last = dense.bounds?.upperBound ?? 0
      return Layout(shape, strides: dense.strides.map { -$0 }, offset: last)
    case .padded:
      guard shape.rank > 0 else { return dense }
      var wide = shape
      wide[-1] += 3
      return Layout(shape, strides: Layout(wide).strides, offset: 2)
    case .broadcastRows:
      return repeating(0, of: shape)
    case .broadcastColumns:
      return repeating(shape.rank - 1, of: shape)
    }
  }

  /// The layout of a shape whose elements are the same all along an axis.
  private func repeating(_ axis: Int, of shape: Shape) -> Layout {
    guard shape.indices.contains(axis) else { return Layout(shape) }
    var kept = shape
    kept[axis] = min(1, shape[axis])
    return Layout(kept).broadcast(to: shape) ?? Layout(shape)
  }
}
