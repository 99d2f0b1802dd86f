import Backends

/// A place in a walk over the elements of a layout in row-major order.
///
/// Elements are moved as 32-bit words, the width of every type there is.
struct StridedCursor {
  private var extents = SIMD8<Int>(repeating: 1)
  private var strides = SIMD8<Int>(repeating: 0)
  private var position = SIMD8<Int>(repeating: 0)
  private var innermost = 0
  private var index: Int

  /// Starts at an element, counted in row-major order.
  init(_ layout: Layout, at element: Int = 0) {
    index = layout.offset
    for (axis, run) in layout.collapsed().enumerated() {
      extents[axis] = run.extent
      strides[axis] = run.stride
      innermost = axis
    }
    var rest = element
    for axis in (0...innermost).reversed() where rest > 0 {
      position[axis] = rest % extents[axis]
      index += position[axis] * strides[axis]
      rest /= extents[axis]
    }
  }

  /// Calls the body for the next elements, in runs of one stride: the memory index of the first,
  /// the stride, how many elements came before, and the run's length.
  @inline(__always)
  mutating func forEachRun(of count: Int, _ body: (Int, Int, Int, Int) -> Void) {
    let (extent, stride) = (extents[innermost], strides[innermost])
    var done = 0
    while done < count {
      let length = min(count - done, extent - position[innermost])
      body(index, stride, done, length)
      done += length
      index += length * stride
      position[innermost] += length
      if position[innermost] == extent { carry() }
    }
  }

  /// Copies the next elements to a block.
  mutating func gather(
    _ count: Int, from source: UnsafePointer<UInt32>, to block: UnsafeMutablePointer<UInt32>
  ) {
    forEachRun(of: count) { index, stride, done, length in
      let (from, to) = (source + index, block + done)
      switch stride {
      case 0: to.update(repeating: from.pointee, count: length)
      case 1: to.update(from: from, count: length)
      default: for i in 0..<length { to[i] = from[i * stride] }
      }
    }
  }

  /// Copies a block to the next elements.
  mutating func scatter(
    _ count: Int, from block: UnsafePointer<UInt32>, to target: UnsafeMutablePointer<UInt32>
  ) {
    forEachRun(of: count) { index, stride, done, length in
      let (from, to) = (block + done, target + index)
      if stride == 1 {
        to.update(from: from, count: length)
      } else {
        for i in 0..<length { to[i * stride] = from[i] }
      }
    }
  }

  /// Goes on from the end of the innermost axis to the next of the outer ones.
  private mutating func carry() {
    var axis = innermost
    while position[axis] == extents[axis] {
      index -= extents[axis] * strides[axis]
      position[axis] = 0
      if axis == 0 { return }
      axis -= 1
      position[axis] += 1
      index += strides[axis]
    }
  }
}
