import Backends

extension Tensor {
  /// The variance over axes; over all where none is named: Σ (x − mean)² / (n − correction).
  ///
  /// Computed in two passes, the mean first, so that it does not cancel. NaN or ∞ where n is not
  /// above the correction.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.variance(1)  // [1, 7]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - correction: By default 1, for the variance of a population estimated from a sample
  ///     (Bessel); 0 for that of the elements themselves.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func variance(_ axes: Int..., correction: Float = 1, keepingAxes: Bool = false) -> Tensor {
    variance(
      axes.isEmpty ? Array(shape.indices) : axes, correction: correction, keepingAxes: keepingAxes)
  }

  /// The variance over a list of axes, which may be empty.
  public func variance(_ axes: [Int], correction: Float = 1, keepingAxes: Bool = false) -> Tensor {
    let spread = Spread(self, axes, correction)
    return Tensor.result(spread.variance().array, of: [self]) { dy in
      [dy * (2 / spread.freedom) * (self - spread.mean)]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }

  /// The standard deviation over axes, the root of the variance; over all where none is named.
  ///
  /// The gradient where it is 0 is 0.
  ///
  /// ```swift
  /// let x = Tensor([3, 1, 2, 5, 4, 0], shape: [2, 3])
  /// x.standardDeviation(1, correction: 0)  // [0.8165, 2.1602]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - correction: As for `variance`.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func standardDeviation(_ axes: Int..., correction: Float = 1, keepingAxes: Bool = false)
    -> Tensor
  {
    standardDeviation(
      axes.isEmpty ? Array(shape.indices) : axes, correction: correction, keepingAxes: keepingAxes)
  }

  /// The standard deviation over a list of axes, which may be empty.
  public func standardDeviation(_ axes: [Int], correction: Float = 1, keepingAxes: Bool = false)
    -> Tensor
  {
    let spread = Spread(self, axes, correction)
    return Tensor.result(spread.variance().sqrt().array, of: [self]) { dy, y in
      let slope = Tensor.gradientFormula(
        "standardDeviation", Expressions.quotientOrZero, dy, y * spread.freedom)
      return [slope * (self - spread.mean)]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }

  /// The p-norm over axes, (Σ |x|ᵖ)^(1/p); over all where none is named.
  ///
  /// The order ∞ gives the largest and −∞ the smallest |x|, and 0 the number of elements that are
  /// not 0. Where the norm is not differentiable, at 0, the gradient is 0.
  ///
  /// ```swift
  /// Tensor([3, -4]).norm()  // [5]
  /// Tensor([3, -4]).norm(order: 1)  // [7]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - order: p; by default 2, the Euclidean norm.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func norm(_ axes: Int..., order: Float = 2, keepingAxes: Bool = false) -> Tensor {
    norm(axes.isEmpty ? Array(shape.indices) : axes, order: order, keepingAxes: keepingAxes)
  }

  /// The p-norm over a list of axes, which may be empty.
  public func norm(_ axes: [Int], order: Float = 2, keepingAxes: Bool = false) -> Tensor {
    switch order {
    case .infinity: return abs().max(axes, keepingAxes: keepingAxes)
    case -.infinity: return abs().min(axes, keepingAxes: keepingAxes)
    case 0: return (self .!= 0).sum(axes, keepingAxes: keepingAxes)
    case 1: return abs().sum(axes, keepingAxes: keepingAxes)
    default: break
    }
    let constant = stopGradient()
    let powers = order == 2 ? constant * constant : constant.abs().power(order)
    let sum = powers.sum(axes, keepingAxes: true)
    let norm = order == 2 ? sum.sqrt() : sum.power(1 / order)
    return Tensor.result(norm.array, of: [self]) { dy, y in
      [
        Tensor.gradientFormula(
          "norm", order == 2 ? Expressions.euclideanNormGradient : Expressions.normGradient,
          scalars: order == 2 ? [] : [Double(order - 1)], dy, self, y)
      ]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }

  /// ln Σ eˣ over axes, computed without overflow; over all where none is named.
  ///
  /// −∞ of nothing. The gradient is softmax, e^(x − y).
  ///
  /// ```swift
  /// Tensor([1000, 1000]).logSumExp()  // [1000.6931]
  /// ```
  ///
  /// - Parameters:
  ///   - axes: Which axes; negative ones count from the last.
  ///   - keepingAxes: Whether the reduced axes stay, with extent 1.
  public func logSumExp(_ axes: Int..., keepingAxes: Bool = false) -> Tensor {
    logSumExp(axes.isEmpty ? Array(shape.indices) : axes, keepingAxes: keepingAxes)
  }

  /// ln Σ eˣ over a list of axes, which may be empty.
  public func logSumExp(_ axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let constant = stopGradient()
    let largest = constant.max(axes, keepingAxes: true)
    let shifted = Tensor.map("logSumExp", Expressions.shiftedExp, [constant, largest])
    let sum = Tensor(shifted, on: device).sum(axes, keepingAxes: true)
    let array = Tensor.map("logSumExp", Expressions.shiftedLog, [sum, largest])
    return Tensor.result(array, of: [self]) { dy, y in
      [Tensor.gradientFormula("logSumExp", Expressions.logSumExpGradient, dy, self, y)]
    }
    .droppingAxes(axes, of: shape, unless: keepingAxes)
  }
}

/// What variance and standard deviation are computed from.
private struct Spread {
  let tensor: Tensor
  let axes: [Int]
  /// With the reduced axes.
  let mean: Tensor
  /// n − correction, but at least 0.
  let freedom: Float

  init(_ tensor: Tensor, _ axes: [Int], _ correction: Float) {
    self.tensor = tensor
    self.axes = axes
    mean = tensor.mean(axes, keepingAxes: true)
    freedom = max(0, Float(axes.reduce(1) { $0 * tensor.shape[$1] }) - correction)
  }

  /// The variance with the reduced axes, without a gradient.
  func variance() -> Tensor {
    let squares = Tensor.map("variance", Expressions.squaredDifference, [tensor, mean])
    return Tensor(squares, on: tensor.device).sum(axes, keepingAxes: true) / freedom
  }
}

extension Expressions {
  /// (a − b)².
  static let squaredDifference = PointwiseExpression(.float32, .float32) { f in
    let difference = f.input(0) - f.input(1)
    return difference * difference
  }
  /// a / b, but 0 where b is 0.
  fileprivate static let quotientOrZero = PointwiseExpression(.float32, .float32) { f in
    let (b, zero) = (f.input(1), f.constant(0))
    return b.combined(.equal, with: zero).selecting(zero, f.input(0) / b)
  }

  /// With the operand x and the norm y: dy · sign x · (|x| / y)^(p − 1), 0 where x or y is 0; p − 1
  /// is the scalar.
  fileprivate static let normGradient = PointwiseExpression(.float32, .float32, .float32) { f in
    let (dy, x, y, zero) = (f.input(0), f.input(1), f.input(2), f.constant(0))
    let size = (x.applying(.abs) / y).combined(.power, with: f.scalar(0))
    let sign = x.combined(.greater, with: zero) - x.combined(.less, with: zero)
    let isFlat = x.combined(.equal, with: zero)
      .combined(.maximum, with: y.combined(.equal, with: zero))
    return isFlat.selecting(zero, dy * sign * size)
  }
  /// For p = 2: dy · x / y, 0 where y is 0.
  fileprivate static let euclideanNormGradient = PointwiseExpression(
    .float32, .float32, .float32
  ) { f in
    let (y, zero) = (f.input(2), f.constant(0))
    return y.combined(.equal, with: zero).selecting(zero, f.input(0) * (f.input(1) / y))
  }

  /// e^(x − m), for an infinite m eˣ.
  fileprivate static let shiftedExp = PointwiseExpression(.float32, .float32) { f in
    (f.input(0) - finiteOrZero(f.input(1), f)).applying(.exp)
  }
  /// ln s + m, for an infinite m ln s.
  fileprivate static let shiftedLog = PointwiseExpression(.float32, .float32) { f in
    f.input(0).applying(.log) + finiteOrZero(f.input(1), f)
  }
  /// With the operand x and the result y: dy · e^(x − y), 0 where y is −∞.
  fileprivate static let logSumExpGradient = PointwiseExpression(.float32, .float32, .float32) {
    f in
    let (x, y) = (f.input(1), f.input(2))
    return y.combined(.equal, with: f.constant(-.infinity))
      .selecting(f.constant(0), f.input(0) * (x - y).applying(.exp))
  }

  private static func finiteOrZero(
    _ x: PointwiseExpression.Term, _ f: PointwiseExpression.Builder
  ) -> PointwiseExpression.Term {
    x.applying(.abs).combined(.equal, with: f.constant(.infinity)).selecting(f.constant(0), x)
  }
}
