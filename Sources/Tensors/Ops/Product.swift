import Backends

extension Tensor {
  /// The product over axes; over all where none is named.
  ///
  /// 1 of nothing. The gradient by an element is the product of all others, zeros among them or not.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.product(1)  // [6, 0]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func product(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    product(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// The product over a list of axes, which may be empty.
  public func product(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let array = reduced("product", .product, axes)
    return Tensor.result(array, of: [self]) { dy in
      let zeros = self .== 0
      let others = Tensor.where(zeros, Tensor(1, device: device), self)
      return [
        Tensor.gradientFormula(
          "product", Expressions.productGradient, dy, self,
          others.product(axes, keepingAxes: true), zeros.sum(axes, keepingAxes: true))
      ]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }
}

extension Expressions {
  /// With the operand x, the product p of the elements that are not 0, and how many are 0: without
  /// a zero dy · p / x; by the only zero dy · p; otherwise 0.
  fileprivate static let productGradient = PointwiseExpression(
    .float32, .float32, .float32, .float32
  ) { f in
    let (dy, x, p, zeros, zero) = (f.input(0), f.input(1), f.input(2), f.input(3), f.constant(0))
    let isOnlyZero =
      zeros.combined(.equal, with: f.constant(1)) * x.combined(.equal, with: zero)
    return zeros.combined(.equal, with: zero)
      .selecting(dy * p / x, isOnlyZero.selecting(dy * p, zero))
  }
}
