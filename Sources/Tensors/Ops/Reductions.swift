import Backends

extension Tensor {
  /// The sum over axes; over all where none is named.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.sum()  // [15]
  /// x.sum(1, keepingAxes: true)  // [[6], [9]]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func sum(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    sum(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The sum over a list of axes, which may be empty.
  public func sum(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let array = reduced("sum", .sum, axes)
    return Tensor.result(array, of: [self]) { [shape] dy in [dy.broadcast(to: shape)] }
      .droppingAxes(axes, of: shape, unless: keepingAxes)
  }

  /// The mean over axes; over all where none is named.
  ///
  /// NaN where there is nothing to average.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.mean(0)  // [4, 2.5, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func mean(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    mean(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The mean over a list of axes, which may be empty.
  public func mean(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let count = axes.reduce(1) { $0 * shape[$1] }
    let array = reduced("mean", .mean, axes)
    return Tensor.result(array, of: [self]) { [shape] dy in
      [(dy * (1 / Float(count))).broadcast(to: shape)]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }

  /// The largest element over axes; over all where none is named.
  ///
  /// −∞ of nothing, NaN where any is NaN. Several largest share the gradient evenly.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.max(1)  // [3, 5]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func max(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    max(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The largest element over a list of axes, which may be empty.
  public func max(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    extreme("max", .max, axes, keepingAxes)
  }

  /// The largest or smallest element; those that are it share the gradient evenly.
  func extreme(
    _ name: StaticString, _ reduction: Reduction, _ axes: [Int], _ keepingAxes: Bool
  ) -> Tensor {
    let array = reduced(name, reduction, axes)
    return Tensor.result(array, of: [self]) { dy, y in
      let chosen = self .== y
      return [chosen * (dy / chosen.sum(axes, keepingAxes: true))]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }

  /// The position of the largest element over axes, as int32, counted in row-major order among the
  /// reduced axes; over all where none is named.
  ///
  /// The first of several; the first NaN before all. It has no gradient.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.argMax(1)  // [0, 0]
  /// ```
  public func argMax(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    argMax(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The position of the largest element over a list of axes, which may be empty.
  public func argMax(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    require(.float32, "argMax")
    let set = AxisSet(axes, of: shape)
    let kept = shape.keeping(reduced: set)
    guard shape.count > 0 || kept.count == 0 else { misuse("argMax: shape \(shape) is empty") }
    let array = Tensor.compute("argMax", kept, .int32, from: [self]) { backend, result in
      try backend.argMax(self.array, over: set, to: result)
    }
    let result = Tensor(array, on: device)
    return keepingAxes ? result : result.reshaped(shape.removing(set))
  }

  /// Reduces, keeping the axes with extent 1.
  func reduced(
    _ name: StaticString, _ reduction: Reduction, _ axes: [Int]
  ) -> StridedArray {
    require(.float32, name)
    let set = AxisSet(axes, of: shape)
    return Tensor.compute(name, shape.keeping(reduced: set), from: [self]) { backend, result in
      try backend.reduce(reduction, self.array, over: set, to: result)
    }
  }

  /// The result of a reduction of a shape, without the reduced axes unless they are kept.
  func droppingAxes(_ axes: [Int], of shape: Shape, unless keeping: Bool) -> Tensor {
    keeping ? self : reshaped(shape.removing(AxisSet(axes, of: shape)))
  }
}
