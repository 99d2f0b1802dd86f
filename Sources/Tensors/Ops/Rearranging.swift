import Backends

// MARK: - Parts

extension Tensor {
  /// The tensor in parts of one size along an axis; the last is smaller where the extent is no
  /// multiple of it.
  ///
  /// ```swift
  /// Tensor.zeros([5, 2]).split(2).map(\.shape)  // [[2, 2], [2, 2], [1, 2]]
  /// ```
  public func split(_ size: Int, axis: Int = 0) -> [Tensor] {
    guard size > 0 else {
      misuse("split: parts of size \(size) of shape \(shape); they need at least 1")
    }
    let extent = shape[axis]
    return stride(from: 0, to: extent, by: size).map { start in
      slice(start..<Swift.min(start + size, extent), axis: axis)
    }
  }

  /// The tensor in parts of given sizes along an axis.
  ///
  /// ```swift
  /// Tensor.zeros([5, 2]).split(sizes: [1, 4]).map(\.shape)  // [[1, 2], [4, 2]]
  /// ```
  ///
  /// - Parameter sizes: Together the extent of the axis.
  public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
    guard sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == shape[axis] else {
      misuse("split: sizes \(sizes) do not add up to axis \(axis) of shape \(shape)")
    }
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return slice(start..<start + size, axis: axis)
    }
  }

  /// The tensor in at most so many parts of equal size along an axis.
  ///
  /// As in PyTorch, parts have ⌈extent / count⌉ entries, the last what is left: 5 entries in 4 parts
  /// are 2, 2 and 1.
  ///
  /// ```swift
  /// Tensor.zeros([5, 2]).chunked(2).map(\.shape)  // [[3, 2], [2, 2]]
  /// ```
  public func chunked(_ count: Int, axis: Int = 0) -> [Tensor] {
    guard count > 0 else {
      misuse("chunk: shape \(shape) in \(count) parts; there must be at least 1")
    }
    return split(Swift.max(1, (shape[axis] + count - 1) / count), axis: axis)
  }
}

// MARK: - Repetition

extension Tensor {
  /// The whole tensor side by side with itself along its axes, as in `torch.tile`.
  ///
  /// ```swift
  /// Tensor([1, 2]).tiled(2)  // [1, 2, 1, 2]
  /// ```
  ///
  /// - Parameter counts: How often, for the last axes; where there are more than axes, the tensor
  ///   gets axes of extent 1 in front.
  public func tiled(_ counts: Int...) -> Tensor { tiled(counts) }

  /// The whole tensor side by side with itself along its axes, as often as a list says.
  public func tiled(_ counts: [Int]) -> Tensor {
    guard counts.allSatisfy({ $0 >= 0 }) else {
      misuse("tile: counts \(counts) for shape \(shape); none can be negative")
    }
    let added = Swift.max(0, counts.count - rank)
    var result = reshaped(Shape(repeatElement(1, count: added) + Array(shape)))
    for (axis, count) in zip(result.shape.indices.reversed(), counts.reversed()) where count != 1 {
      let inner = result.shape.dropFirst(axis).reduce(1, *)
      result = result.repeated(count, blocksOf: inner, axis)
    }
    return result
  }

  /// Every entry along an axis several times, one after the other, as in
  /// `torch.repeat_interleave`.
  ///
  /// ```swift
  /// Tensor([1, 2]).repeatInterleaved(2)  // [1, 1, 2, 2]
  /// ```
  public func repeatInterleaved(_ count: Int, axis: Int = 0) -> Tensor {
    guard count >= 0 else {
      misuse("repeatInterleave: \(count) times of shape \(shape); this cannot be negative")
    }
    let axis = shape.normalized(axis)
    return repeated(count, blocksOf: shape.dropFirst(axis + 1).reduce(1, *), axis)
  }

  /// Every block of so many neighbouring elements several times, which makes an axis longer.
  private func repeated(_ count: Int, blocksOf size: Int, _ axis: Int) -> Tensor {
    var target = shape
    target[axis] *= count
    if target.count == 0 { return Tensor.empty(target, dtype, of: self) }
    let blocks = self.count / size
    return reshaped([blocks, 1, size]).broadcast(to: [blocks, count, size]).reshaped(target)
  }

  /// A tensor without elements, whose gradient by the operand is 0.
  private static func empty(_ shape: Shape, _ dtype: DType, of operand: Tensor) -> Tensor {
    let array = compute("repeat", shape, dtype, from: [operand]) { _, _ in }
    return .result(array, of: [operand]) { _ in [nil] }
  }
}

// MARK: - Order

extension Tensor {
  /// The tensor backwards along axes; along all where none is named.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).flipped()  // [3, 2, 1]
  /// ```
  public func flipped(_ axes: Int...) -> Tensor {
    flipped(axes.isEmpty ? Array(shape.indices) : axes)
  }

  /// The tensor backwards along a list of axes, which may be empty.
  public func flipped(_ axes: [Int]) -> Tensor { flipped(AxisSet(axes, of: shape)) }

  private func flipped(_ axes: AxisSet) -> Tensor {
    .result(array.with(array.layout.flipped(axes)), of: [self]) { dy in [dy.flipped(axes)] }
  }

  /// The entries along an axis moved on by some places; what leaves at the end comes in at the
  /// start.
  ///
  /// ```swift
  /// Tensor([1, 2, 3]).rolled(by: 1)  // [3, 1, 2]
  /// ```
  public func rolled(by shift: Int, axis: Int = 0) -> Tensor {
    let extent = shape[axis]
    if extent == 0 { return self }
    let start = (extent - shift % extent) % extent
    if start == 0 { return self }
    return concatenate(
      [slice(start..<extent, axis: axis), slice(0..<start, axis: axis)], axis: axis)
  }
}
