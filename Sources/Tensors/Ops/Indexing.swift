import Backends

extension Tensor {
  /// The entries along an axis that the indices name, in their order.
  ///
  /// ```swift
  /// let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
  /// x.indexSelect(Tensor([2, 0] as [Int32]), axis: 1)  // [[3, 1], [6, 4]]
  /// ```
  ///
  /// - Parameters:
  ///   - indices: int32 `[n]`, from 0 to the extent − 1; any other gives NaN.
  ///   - axis: Along which axis; negative ones count from the last.
  /// - Returns: The shape with extent n along the axis. The gradient by an entry named several times
  ///   is the sum in the order of the indices.
  public func indexSelect(_ indices: Tensor, axis: Int = 0) -> Tensor {
    indices.requireIndices("indexSelect", for: shape)
    let front = shape.movingToFront(axis)
    return permuted(front.order).matrixOfRows.gatherRows(indices)
      .reshaped(Shape([indices.count] + front.rest)).permuted(front.inverse)
  }

  /// The tensor with the entries of a source added to those that the indices name: a scatter-add.
  ///
  /// Entries named several times collect in the order of the indices, without atomic operations:
  /// the same bits each time.
  ///
  /// ```swift
  /// Tensor.zeros([3]).indexAdd(Tensor([2, 0, 2] as [Int32]), Tensor([1, 2, 3]))  // [2, 0, 4]
  /// ```
  ///
  /// - Parameters:
  ///   - indices: int32 `[n]`, from 0 to the extent − 1. Any other adds nothing, and the gradient by
  ///     its entry of the source is NaN.
  ///   - source: The shape of this tensor with extent n along the axis.
  ///   - axis: Along which axis; negative ones count from the last.
  public func indexAdd(_ indices: Tensor, _ source: Tensor, axis: Int = 0) -> Tensor {
    require(.float32, "indexAdd")
    source.require(.float32, "indexAdd")
    indices.requireIndices("indexAdd", for: shape)
    var expected = shape
    expected[axis] = indices.count
    guard source.shape == expected else {
      misuse(
        "indexAdd: source \(source.shape) for \(indices.count) indices along axis \(axis) of shape "
          + "\(shape) must be \(expected)")
    }
    let front = shape.movingToFront(axis)
    let sums = source.permuted(front.order).matrixOfRows
      .scatterRows(indices.dense, count: shape[axis])
    return self + sums.reshaped(Shape([shape[axis]] + front.rest)).permuted(front.inverse)
  }

  /// 1 at the place of each label and 0 elsewhere along a new last axis.
  ///
  /// ```swift
  /// Tensor([2, 0] as [Int32]).oneHot(classes: 3)  // [[0, 0, 1], [1, 0, 0]]
  /// ```
  ///
  /// - Parameter classes: How many places there are. A label below 0 or from `classes` on gives NaN.
  /// - Returns: float32, the shape of the labels, then the classes. It has no gradient.
  public func oneHot(classes: Int) -> Tensor {
    require(.int32, "oneHot")
    guard classes >= 0 else { misuse("oneHot: \(classes) classes for labels \(shape)") }
    let numbers = Tensor.arange(0..<classes, device: device)
    let array = Tensor.map(
      "oneHot", Expressions.oneHot, scalars: [0, Double(classes), .nan],
      [expanded(at: -1), numbers])
    return Tensor(array, on: device)
  }

  private func requireIndices(_ name: StaticString, for shape: Shape) {
    guard dtype == .int32, rank == 1 else {
      misuse("\(name): indices of \(dtype) \(self.shape) for shape \(shape) must be int32 [n]")
    }
  }

  /// The outermost axis against all others.
  private var matrixOfRows: Tensor { reshaped([shape[0], shape.dropFirst().reduce(1, *)]) }
}

extension Shape {
  /// The order of the axes with one of them first, the way back, and the extents of the others.
  fileprivate func movingToFront(_ axis: Int) -> (order: [Int], inverse: [Int], rest: [Int]) {
    let axis = normalized(axis)
    let others = indices.filter { $0 != axis }
    let inverse = indices.map { $0 == axis ? 0 : $0 < axis ? $0 + 1 : $0 }
    return ([axis] + others, inverse, others.map { self[$0] })
  }
}

extension Expressions {
  /// Of labels and class numbers; the scalars are 0, the number of classes and NaN.
  fileprivate static let oneHot = PointwiseExpression(.int32, .int32) { f in
    let label = f.input(0)
    let isClass =
      label.combined(.greaterOrEqual, with: f.scalar(0, .int32))
      * label.combined(.less, with: f.scalar(1, .int32))
    return isClass.selecting(label.combined(.equal, with: f.input(1)), f.scalar(2))
  }
}
