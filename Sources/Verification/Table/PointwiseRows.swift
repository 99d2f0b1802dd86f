import Backends

/// Rows for the operators and for chains of them.
///
/// Where arrays lie changes how a kernel loads and stores and not what it computes. So below full
/// scale only some expressions, of none to four inputs, are tried in every layout: devices take most
/// of the time of these rows to compile.
enum PointwiseRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    UnaryOperator.allCases.map { unary($0, scale) }
      + BinaryOperator.allCases.map { binary($0, scale) }
      + integers(scale) + chains(scale)
  }

  private static func row(
    _ name: String, _ bound: Bound, _ use: PointwiseCases.Use, _ scale: Scale,
    inEveryLayout: Bool = false
  ) -> ConformanceRow {
    let dense = PointwiseCases.dense(use, scale)
    let arranged = inEveryLayout || scale == .full ? PointwiseCases.arranged(use, scale) : []
    return ConformanceRow(.pointwise, name, bound, dense + arranged)
  }

  /// Where a function is defined.
  static func filling(for function: UnaryOperator) -> Filling {
    switch function {
    case .log, .sqrt: .uniform(0.001, 20)
    case .exp, .sigmoid: .uniform(-20, 20)
    case .negate, .abs, .tanh, .erf: .uniform(-4, 4)
    case .expm1: .uniform(-8, 8)
    case .log1p: .uniform(-0.99, 20)
    case .sin, .cos: .uniform(-100, 100)
    case .floor, .round: .uniform(-10, 10)
    // Beyond 9 the results are subnormal.
    case .erfc: .uniform(-3, 9)
    }
  }

  static func unary(_ function: UnaryOperator) -> PointwiseExpression {
    PointwiseExpression(.float32) { $0.input(0).applying(function) }
  }

  private static func unary(_ function: UnaryOperator, _ scale: Scale) -> ConformanceRow {
    let use = PointwiseCases.Use(
      expression: unary(function), fillings: [filling(for: function)])
    return row(
      "\(function)", bound(of: function), use, scale, inEveryLayout: function == .negate)
  }

  /// What the OpenCL specification, table of relative errors (§7.4 of 1.2), leaves to a device,
  /// and a unit for the reference.
  static func bound(of function: UnaryOperator) -> Bound {
    switch function {
    case .negate, .abs, .floor, .round: .exact
    case .exp: .ulps(4, because: "OpenCL allows exp 3")
    // Near 1 the logarithm's error is that of an argument without error, so 3 holds there too.
    case .log: .ulps(4, because: "OpenCL allows log 3")
    case .sqrt: .ulps(4, because: "OpenCL allows sqrt 3")
    case .sigmoid: .ulps(10, because: "OpenCL allows exp 3 and a division 2.5, on both sides of 1")
    case .tanh: .ulps(6, because: "OpenCL allows tanh 5")
    case .expm1: .ulps(4, because: "OpenCL allows expm1 3")
    case .log1p: .ulps(3, because: "OpenCL allows log1p 2")
    case .sin: .ulps(5, because: "OpenCL allows sin 4")
    case .cos: .ulps(5, because: "OpenCL allows cos 4")
    case .erf: .ulps(17, because: "OpenCL allows erf 16")
    case .erfc: .ulps(17, because: "OpenCL allows erfc 16")
    }
  }

  /// Where a function is defined.
  static func fillings(for function: BinaryOperator) -> [Filling] {
    switch function {
    case .add, .subtract, .multiply: [.signed, .signed]
    case .divide: [.signed, .uniform(0.1, 5)]
    case .power: [.uniform(0.1, 4), .uniform(-3, 3)]
    // Few different numbers, so that many are equal.
    default: [.wholes(-2...2), .wholes(-2...2)]
    }
  }

  private static func binary(_ function: BinaryOperator, _ scale: Scale) -> ConformanceRow {
    let use = PointwiseCases.Use(
      expression: binary(function, .float32), fillings: fillings(for: function))
    return row(
      "\(function)", bound(of: function), use, scale, inEveryLayout: function == .subtract)
  }

  static func bound(of function: BinaryOperator) -> Bound {
    switch function {
    case .divide: .ulps(3.5, because: "OpenCL allows a division 2.5")
    case .power: .ulps(17, because: "OpenCL allows pow 16")
    default: .exact
    }
  }

  static func binary(_ function: BinaryOperator, _ dtype: DType) -> PointwiseExpression {
    PointwiseExpression(dtype, dtype) { $0.input(0).combined(function, with: $0.input(1)) }
  }

  private static func integers(_ scale: Scale) -> [ConformanceRow] {
    let few = Filling.integers(-3..<4)
    let operators: [BinaryOperator] = [.add, .subtract, .multiply, .maximum, .equal, .less]
    return operators.map { function in
      row(
        "\(function) of integers", .exact,
        PointwiseCases.Use(expression: binary(function, .int32), fillings: [few, few]), scale)
    } + [
      row(
        "integers as floats", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression(.int32) { $0.input(0).cast(to: .float32) },
          fillings: [.integers(-2_000_000_000..<2_000_000_000)]), scale),
      row(
        "floats as integers", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32) { $0.input(0).cast(to: .int32) },
          fillings: [.uniform(-1000, 1000)]), scale),
    ]
  }

  private static func chains(_ scale: Scale) -> [ConformanceRow] {
    [
      row(
        "where", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32, .float32, .float32) { f in
            f.input(0).selecting(f.input(1), f.input(2))
          }, fillings: [.wholes(0...1), .signed, .signed]), scale),
      row(
        "where of integers", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32, .int32, .int32) { f in
            f.input(0).selecting(f.input(1), f.input(2))
          }, fillings: [.wholes(0...1), .integers(0..<9), .integers(0..<9)]), scale,
        inEveryLayout: true),
      row(
        "ReLU", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32) { f in
            f.input(0).combined(.maximum, with: f.constant(0))
          }, fillings: [.signed]), scale),
      row(
        "leaky ReLU of a slope given with the call", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32) { f in
            let x = f.input(0)
            let positive = x.combined(.greater, with: f.constant(0))
            return positive.selecting(x, f.scalar(0) * x)
          }, scalars: [0.01], fillings: [.signed]), scale),
      row(
        "fill with an integer", .exact,
        PointwiseCases.Use(
          expression: PointwiseExpression { $0.scalar(0, .int32) }, scalars: [-7], fillings: []),
        scale, inEveryLayout: true),
      row(
        "y·dy·(1 − y)",
        .ulps(4, because: "three roundings, one of them before a subtraction that halves at most"),
        PointwiseCases.Use(
          expression: PointwiseExpression(.float32, .float32) { f in
            let (dy, y) = (f.input(0), f.input(1))
            return dy * y * (1 - y)
          }, fillings: [.signed, .uniform(0.05, 0.95)]), scale),
      row(
        "tanh(min(a·x + b·y + c, d))",
        .sums(because: "devices may contract a product and a sum to one rounding"),
        PointwiseCases.Use(
          expression: PointwiseExpression(inputs: [.float32, .float32, .float32, .float32]) { f in
            let sum = f.scalar(0) * f.input(0) + f.scalar(1) * f.input(1)
            return (sum + f.input(2)).combined(.minimum, with: f.input(3)).applying(.tanh)
          }, scalars: [0.3, -1.7], fillings: [.signed, .signed, .signed, .signed]), scale,
        inEveryLayout: true),
    ]
  }
}
