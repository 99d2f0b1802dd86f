import Backends

/// Overlapping windows along an axis, of which columns and volumes are made.
extension Tensor {
  /// Windows along an axis, which becomes two: entry `(k, i)` is element i · step + k · dilation.
  ///
  /// It is a view; nothing is copied.
  func windows(
    along axis: Int, size: Int, step: Int, dilation: Int, _ name: StaticString
  ) -> Tensor {
    let extent = shape[axis]
    let room = extent - dilation * (size - 1) - 1
    guard size >= 1, step >= 1, dilation >= 1, room >= 0 else {
      misuse(
        "\(name): a window of \(size) with stride \(step) and dilation \(dilation) does not fit "
          + "axis \(axis) of shape \(shape)")
    }
    let layout = array.layout.windows(
      along: axis, size: size, count: room / step + 1, step: step, dilation: dilation)
    return .result(array.with(layout), of: [self]) { gradient in
      [
        gradient.overlapAdded(
          along: axis, extent: extent, step: step, dilation: dilation, name)
      ]
    }
  }

  /// The sum of windows, made by `windows(along:)` along an axis of the extent, where they overlap.
  ///
  /// Each element collects from the windows in a fixed order, that of the places in a window.
  func overlapAdded(
    along axis: Int, extent: Int, step: Int, dilation: Int, _ name: StaticString
  ) -> Tensor {
    let (size, count) = (shape[axis], shape[axis + 1])
    var target = shape.removing(AxisSet([axis], of: shape))
    target[axis] = extent
    let result = Tensor.compute(name, target, from: [self]) { backend, result in
      try backend.pointwise(Expressions.zero, scalars: [], [], to: result)
      let windows = result.layout.windows(
        along: axis, size: size, count: count, step: step, dilation: dilation)
      for place in 0..<size {
        let part = result.with(windows.sliced(axis, place..<place + 1))
        let source = array.with(array.layout.sliced(axis, place..<place + 1))
        try backend.pointwise(
          Expressions.binary(.add, .float32), scalars: [], [part, source], to: part)
      }
    }
    return .result(result, of: [self]) { gradient in
      [gradient.windows(along: axis, size: size, step: step, dilation: dilation, name)]
    }
  }
}

extension Layout {
  fileprivate func windows(
    along axis: Int, size: Int, count: Int, step: Int, dilation: Int
  ) -> Layout {
    var (extents, strides) = (Array(shape), self.strides)
    let stride = strides[axis]
    extents.replaceSubrange(axis...axis, with: [size, count])
    strides.replaceSubrange(axis...axis, with: [stride * dilation, stride * step])
    return Layout(Shape(extents), strides: strides, offset: offset)
  }
}

extension Expressions {
  fileprivate static let zero = PointwiseExpression { $0.constant(0) }
}
