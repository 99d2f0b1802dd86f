import Backends

// MARK: - Functions of one number

extension Tensor {
  /// The sine of an angle in radians; its gradient is the cosine.
  ///
  /// ```swift
  /// Tensor([0, 1]).sin()  // [0, 0.8415]
  /// ```
  public func sin() -> Tensor {
    .result(function("sin", .sin), of: [self]) { dy in [dy * self.cos()] }
  }

  /// The cosine of an angle in radians; its gradient is −sin.
  ///
  /// ```swift
  /// Tensor([0, 1]).cos()  // [1, 0.5403]
  /// ```
  public func cos() -> Tensor {
    .result(function("cos", .cos), of: [self]) { dy in [-(dy * self.sin())] }
  }

  /// eˣ − 1, exact near 0.
  ///
  /// ```swift
  /// Tensor([0, 1]).expm1()  // [0, 1.7183]
  /// ```
  public func expm1() -> Tensor {
    .result(function("expm1", .expm1), of: [self]) { dy, y in [dy * (y + 1)] }
  }

  /// ln(1 + x), exact near 0.
  ///
  /// ```swift
  /// Tensor([0, 1]).log1p()  // [0, 0.6931]
  /// ```
  public func log1p() -> Tensor {
    .result(function("log1p", .log1p), of: [self]) { dy in [dy / (self + 1)] }
  }

  /// The error function 2/√π · ∫₀ˣ e^(−t²) dt; its gradient is 2/√π · e^(−x²).
  ///
  /// ```swift
  /// Tensor([0, 1]).erf()  // [0, 0.8427]
  /// ```
  public func erf() -> Tensor {
    .result(function("erf", .erf), of: [self]) { dy in
      [Tensor.gradientFormula("erf", Expressions.erfGradient, dy, self)]
    }
  }

  /// 1 / x; its gradient is −1 / x².
  ///
  /// ```swift
  /// Tensor([2, -4]).reciprocal()  // [0.5, -0.25]
  /// ```
  public func reciprocal() -> Tensor {
    .result(Tensor.map("reciprocal", Expressions.reciprocal, [self]), of: [self]) { dy, y in
      [-(dy * y * y)]
    }
  }

  /// 1 / √x; its gradient is −1 / 2√x³.
  ///
  /// ```swift
  /// Tensor([4, 16]).rsqrt()  // [0.5, 0.25]
  /// ```
  public func rsqrt() -> Tensor {
    .result(Tensor.map("rsqrt", Expressions.rsqrt, [self]), of: [self]) { dy, y in
      [dy * y * y * y * -0.5]
    }
  }

  /// The largest whole number that is not larger.
  ///
  /// It has no gradient: it would be 0.
  ///
  /// ```swift
  /// Tensor([-1.5, 1.5]).floor()  // [-2, 1]
  /// ```
  public func floor() -> Tensor { Tensor(function("floor", .floor), on: device) }

  /// The smallest whole number that is not smaller.
  ///
  /// It has no gradient: it would be 0.
  ///
  /// ```swift
  /// Tensor([-1.5, 1.5]).ceil()  // [-1, 2]
  /// ```
  public func ceil() -> Tensor {
    Tensor(Tensor.map("ceil", Expressions.ceil, [self]), on: device)
  }

  /// The nearest whole number; of two, the even one: 0.5 becomes 0, 1.5 becomes 2.
  ///
  /// It has no gradient: it would be 0.
  ///
  /// ```swift
  /// Tensor([0.5, 1.5, -1.4]).round()  // [0, 2, -1]
  /// ```
  public func round() -> Tensor { Tensor(function("round", .round), on: device) }

  private func function(_ name: StaticString, _ function: UnaryOperator) -> StridedArray {
    Tensor.map(name, Expressions.unary(function, .float32), [self])
  }
}

// MARK: - Logic

/// Logical operations on float32 masks, element by element, with broadcasting. A number is true
/// where it is not 0; results are ones and zeros, without a gradient.
///
/// The operators are those of Swift's SIMD masks.
///
/// ```swift
/// let x = Tensor([0, 0, 1, 1]), y = Tensor([0, 1, 0, 1])
/// x .& y  // [0, 0, 0, 1]
/// x .| y  // [0, 1, 1, 1]
/// x .^ y  // [0, 1, 1, 0]
/// .!x  // [1, 1, 0, 0]
/// ```
extension Tensor {
  /// 1 where both are true.
  public static func .& (x: Tensor, y: Tensor) -> Tensor { logical("and", Expressions.and, x, y) }
  /// 1 where at least one is true.
  public static func .| (x: Tensor, y: Tensor) -> Tensor { logical("or", Expressions.or, x, y) }
  /// 1 where exactly one is true.
  public static func .^ (x: Tensor, y: Tensor) -> Tensor { logical("xor", Expressions.xor, x, y) }
  /// 1 where the mask is 0.
  public static prefix func .! (x: Tensor) -> Tensor { logical("not", Expressions.not, x) }

  private static func logical(
    _ name: StaticString, _ expression: PointwiseExpression, _ masks: Tensor...
  ) -> Tensor { Tensor(map(name, expression, masks), on: masks[0].device) }
}

extension Expressions {
  fileprivate static let reciprocal = PointwiseExpression(.float32) { f in 1 / f.input(0) }
  fileprivate static let rsqrt = PointwiseExpression(.float32) { f in
    1 / f.input(0).applying(.sqrt)
  }
  fileprivate static let ceil = PointwiseExpression(.float32) { f in
    -(-f.input(0)).applying(.floor)
  }
  /// With the operand: dy · 2/√π · e^(−x²).
  fileprivate static let erfGradient = PointwiseExpression(.float32, .float32) { f in
    let x = f.input(1)
    return f.input(0) * (twoOverRootOfPi * (-(x * x)).applying(.exp))
  }
  private static let twoOverRootOfPi: Float = 1.1283791670955126

  fileprivate static let and = PointwiseExpression(.float32, .float32) { f in
    truth(f.input(0), f) * truth(f.input(1), f)
  }
  fileprivate static let or = PointwiseExpression(.float32, .float32) { f in
    truth(f.input(0), f).combined(.maximum, with: truth(f.input(1), f))
  }
  fileprivate static let xor = PointwiseExpression(.float32, .float32) { f in
    truth(f.input(0), f).combined(.notEqual, with: truth(f.input(1), f))
  }
  fileprivate static let not = PointwiseExpression(.float32) { f in
    f.input(0).combined(.equal, with: f.constant(0))
  }

  private static func truth(
    _ x: PointwiseExpression.Term, _ f: PointwiseExpression.Builder
  ) -> PointwiseExpression.Term { x.combined(.notEqual, with: f.constant(0)) }
}
