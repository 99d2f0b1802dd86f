import Backends

extension Tensor {
  /// The smallest element over axes; over all where none is named.
  ///
  /// ∞ of nothing, NaN where any is NaN. Several smallest share the gradient evenly.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.min(1)  // [1, 0]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func min(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    min(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The smallest element over a list of axes, which may be empty.
  public func min(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    extreme("min", .min, axes, keepingAxes)
  }

  /// The position of the smallest element over axes, as int32, counted in row-major order among the
  /// reduced axes; over all where none is named.
  ///
  /// The first of several; the first NaN before all. It has no gradient.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.argMin(1)  // [1, 2]
  /// ```
  public func argMin(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    argMin(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The position of the smallest element over a list of axes, which may be empty.
  public func argMin(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    require(.float32, "argMin")
    let kept = shape.keeping(reduced: AxisSet(axes, of: shape))
    guard shape.count > 0 || kept.count == 0 else { misuse("argMin: shape \(shape) is empty") }
    return (-stopGradient()).argMax(axes, keepingAxes: keepingAxes)
  }

  /// 1 where every element over axes is different from 0, otherwise 0; over all axes where none is
  /// named.
  ///
  /// A float32 mask without a gradient; 1 of nothing.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.all(1)  // [1, 0]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func all(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    all(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// 1 where every element over a list of axes, which may be empty, is different from 0.
  public func all(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    // The smallest of nothing is ∞.
    (self .!= 0).min(axes, keepingAxes: keepingAxes) .> 0
  }

  /// 1 where at least one element over axes is different from 0, otherwise 0; over all axes where
  /// none is named.
  ///
  /// A float32 mask without a gradient; 0 of nothing.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.any(0)  // [1, 1, 1]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func any(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    any(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// 1 where at least one element over a list of axes, which may be empty, is different from 0.
  public func any(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    // The largest of nothing is −∞.
    (self .!= 0).max(axes, keepingAxes: keepingAxes) .> 0
  }
}
