/// A function of one number, applied to every element.
public enum UnaryOperator: UInt8, Sendable, Hashable, CaseIterable {
  /// −x.
  case negate
  /// eˣ.
  case exp
  /// The natural logarithm.
  case log
  /// √x.
  case sqrt
  /// |x|.
  case abs
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// eˣ − 1, exact near 0.
  case expm1
  /// ln(1 + x), exact near 0.
  case log1p
  /// The sine of an angle in radians.
  case sin
  /// The cosine of an angle in radians.
  case cos
  /// The largest whole number that is not larger.
  case floor
  /// The nearest whole number; of two, the even one.
  case round
  /// The error function 2/√π · ∫₀ˣ e^(−t²) dt.
  case erf
  /// 1 − erf x, exact where that is small.
  case erfc

  /// Whether the operator is defined for integers.
  package var acceptsIntegers: Bool { self == .negate || self == .abs }
}

/// A function of two numbers of one type, applied element by element.
public enum BinaryOperator: UInt8, Sendable, Hashable, CaseIterable {
  /// x + y.
  case add
  /// x − y.
  case subtract
  /// x · y.
  case multiply
  /// x / y.
  case divide
  /// xʸ.
  case power
  /// The larger; NaN where either is NaN.
  case maximum
  /// The smaller; NaN where either is NaN.
  case minimum
  /// 1 where x = y, otherwise 0.
  case equal
  /// 1 where x ≠ y, otherwise 0.
  case notEqual
  /// 1 where x < y, otherwise 0.
  case less
  /// 1 where x ≤ y, otherwise 0.
  case lessOrEqual
  /// 1 where x > y, otherwise 0.
  case greater
  /// 1 where x ≥ y, otherwise 0.
  case greaterOrEqual

  /// Whether the result is a float32 mask of zeros and ones, whatever is compared.
  package var isComparison: Bool { rawValue >= BinaryOperator.equal.rawValue }

  /// Whether the operator is defined for integers.
  package var acceptsIntegers: Bool { self != .divide && self != .power }
}
