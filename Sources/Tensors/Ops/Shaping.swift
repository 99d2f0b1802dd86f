import Backends

extension Tensor {
  /// The same elements, in row-major order, under another shape of as many.
  ///
  /// ```swift
  /// let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
  /// x.reshaped([3, 2])  // [[1, 2], [3, 4], [5, 6]]
  /// ```
  public func reshaped(_ target: Shape) -> Tensor {
    if target == shape { return self }
    guard target.count == count else {
      misuse("reshape: shape \(shape) has \(count) elements, \(target) has \(target.count)")
    }
    guard let layout = array.layout.reshaped(to: target) else { return dense.reshaped(target) }
    return view(layout) { [shape] in $0.reshaped(shape) }
  }

  /// The tensor with axes in another order: axis `i` of the result is axis `axes[i]`.
  ///
  /// ```swift
  /// Tensor.zeros([2, 3, 4]).permuted(2, 0, 1).shape  // [4, 2, 3]
  /// ```
  public func permuted(_ axes: Int...) -> Tensor { permuted(axes) }

  /// The tensor with axes in another order: axis `i` of the result is axis `axes[i]`.
  public func permuted(_ axes: [Int]) -> Tensor {
    let order = axes.map(shape.normalized)
    return view(array.layout.permuted(order)) { gradient in
      var inverse = order
      for (position, axis) in order.enumerated() { inverse[axis] = position }
      return gradient.permuted(inverse)
    }
  }

  /// The tensor with two axes exchanged, by default the last two: the transpose of a matrix.
  ///
  /// ```swift
  /// let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
  /// x.transposed()  // [[1, 4], [2, 5], [3, 6]]
  /// ```
  public func transposed(_ a: Int = -2, _ b: Int = -1) -> Tensor {
    var order = Array(shape.indices)
    order.swapAt(shape.normalized(a), shape.normalized(b))
    return permuted(order)
  }

  /// The tensor repeated along new axes, and along axes of extent 1, to fill a shape.
  ///
  /// ```swift
  /// Tensor([1, 2]).broadcast(to: [2, 2])  // [[1, 2], [1, 2]]
  /// ```
  public func broadcast(to target: Shape) -> Tensor {
    if target == shape { return self }
    guard let layout = array.layout.broadcast(to: target) else {
      misuse("broadcast: shape \(shape) does not stretch to \(target)")
    }
    return view(layout) { [shape] in $0.unbroadcast(to: shape) }
  }

  /// The axes from `axis` on as one.
  ///
  /// ```swift
  /// Tensor.zeros([2, 3, 4]).flattened(from: 1).shape  // [2, 12]
  /// ```
  public func flattened(from axis: Int = 0) -> Tensor {
    let first = rank == 0 ? 0 : shape.normalized(axis)
    let kept = shape.prefix(first)
    return reshaped(Shape(kept + [shape.dropFirst(first).reduce(1, *)]))
  }

  /// The tensor with an axis of extent 1 before `axis`, or behind the last where `axis` is −1.
  ///
  /// ```swift
  /// Tensor.zeros([2, 3]).expanded(at: 1).shape  // [2, 1, 3]
  /// ```
  public func expanded(at axis: Int) -> Tensor {
    var extents = Array(shape)
    let position = axis < 0 ? axis + rank + 1 : axis
    guard position >= 0, position <= rank else {
      misuse("expand: there is no place \(axis) in shape \(shape)")
    }
    extents.insert(1, at: position)
    return reshaped(Shape(extents))
  }

  /// The tensor without axes of extent 1; without all of them where none is named.
  ///
  /// ```swift
  /// Tensor.zeros([1, 2, 1, 3]).squeezed().shape  // [2, 3]
  /// ```
  public func squeezed(_ axes: Int...) -> Tensor {
    let set = AxisSet(axes.isEmpty ? shape.indices.filter { shape[$0] == 1 } : axes, of: shape)
    for axis in shape.indices where set.contains(axis) && shape[axis] != 1 {
      misuse("squeeze: axis \(axis) of shape \(shape) has extent \(shape[axis]), not 1")
    }
    return reshaped(shape.removing(set))
  }

  /// The part of the tensor whose index along an axis is in the range.
  ///
  /// ```swift
  /// let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
  /// x.slice(1..<3, axis: 1)  // [[2, 3], [5, 6]]
  /// ```
  public func slice(_ range: Range<Int>, axis: Int = 0) -> Tensor {
    let axis = shape.normalized(axis)
    return view(array.layout.sliced(axis, range)) { [extent = shape[axis]] gradient in
      gradient.padded(axis: axis, before: range.lowerBound, after: extent - range.upperBound)
    }
  }

  /// Entry `index` of the outermost axis, without that axis.
  public subscript(index: Int) -> Tensor {
    guard rank > 0, index >= 0, index < shape[0] else {
      misuse("subscript: there is no entry \(index) in shape \(shape)")
    }
    return slice(index..<index + 1).reshaped(Shape(shape.dropFirst()))
  }

  /// The tensor with entries of one number before and after it along an axis.
  ///
  /// ```swift
  /// Tensor([1, 2]).padded(axis: 0, before: 1, after: 2)  // [0, 1, 2, 0, 0]
  /// ```
  public func padded(axis: Int, before: Int, after: Int, with value: Float = 0) -> Tensor {
    let axis = shape.normalized(axis)
    guard before >= 0, after >= 0 else {
      misuse("pad: \(before) before and \(after) after axis \(axis) of shape \(shape)")
    }
    if before == 0, after == 0 { return self }
    var target = shape
    target[axis] += before + after
    let inner = before..<before + shape[axis]
    let array = Tensor.compute("pad", target, dtype, from: [self]) { backend, result in
      try backend.fill(value, result)
      try backend.copy(self.array, to: result.with(result.layout.sliced(axis, inner)))
    }
    return .result(array, of: [self]) { gradient in [gradient.slice(inner, axis: axis)] }
  }

  /// A tensor over the same memory.
  private func view(_ layout: Layout, vjp: @escaping @Sendable (Tensor) -> Tensor) -> Tensor {
    .result(array.with(layout), of: [self]) { gradient in [vjp(gradient)] }
  }
}

/// The tensors one behind the other along an axis; all other extents must agree.
///
/// ```swift
/// concatenate([Tensor([1, 2]), Tensor([3])])  // [1, 2, 3]
/// ```
public func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  guard let first = tensors.first else { misuse("concatenate: there are no tensors") }
  let axis = first.shape.normalized(axis)
  var target = first.shape
  target[axis] = 0
  var starts: [Int] = []
  for tensor in tensors {
    var expected = tensor.rank == first.rank ? tensor.shape : first.shape
    expected[axis] = first.shape[axis]
    guard tensor.rank == first.rank, expected == first.shape, tensor.dtype == first.dtype else {
      misuse(
        "concatenate: \(tensor.dtype) \(tensor.shape) does not fit \(first.dtype) \(first.shape) "
          + "along axis \(axis)")
    }
    starts.append(target[axis])
    target[axis] += tensor.shape[axis]
  }
  let ranges = zip(starts, tensors).map { $0..<$0 + $1.shape[axis] }
  let array = Tensor.compute("concatenate", target, first.dtype, from: tensors) {
    backend, result in
    for (tensor, range) in zip(tensors, ranges) {
      try backend.copy(tensor.array, to: result.with(result.layout.sliced(axis, range)))
    }
  }
  return .result(array, of: tensors) { gradient in
    ranges.map { gradient.slice($0, axis: axis) }
  }
}

/// The tensors, all of one shape, along a new axis.
///
/// ```swift
/// stack([Tensor([1, 2]), Tensor([3, 4])], axis: 1)  // [[1, 3], [2, 4]]
/// ```
public func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  concatenate(tensors.map { $0.expanded(at: axis) }, axis: axis)
}

extension Backend {
  /// Writes one number everywhere.
  fileprivate func fill(_ value: Float, _ target: StridedArray) throws {
    let constant = target.dtype == .float32 ? Expressions.constant : Expressions.integerConstant
    try pointwise(constant, scalars: [Double(value)], [], to: target)
  }
}

extension Expressions {
  fileprivate static let constant = PointwiseExpression { $0.scalar(0) }
  fileprivate static let integerConstant = PointwiseExpression { $0.scalar(0, .int32) }
}
