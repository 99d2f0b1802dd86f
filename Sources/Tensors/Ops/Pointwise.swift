import Backends

extension Tensor {
  /// Applies an expression to tensors that broadcast to one shape; no gradient is recorded.
  static func map(
    _ name: StaticString, _ expression: PointwiseExpression, scalars: [Double] = [],
    _ operands: [Tensor]
  ) -> StridedArray {
    let shape = operands.dropFirst().reduce(operands[0].shape) { shape, operand in
      guard let both = Shape.broadcast(shape, operand.shape) else {
        misuse("\(name): shapes \(shape) and \(operand.shape) do not broadcast to one")
      }
      return both
    }
    for (operand, dtype) in zip(operands, expression.inputDTypes) where operand.dtype != dtype {
      misuse("\(name): a tensor of \(operand.dtype) \(operand.shape) where \(dtype) is needed")
    }
    return compute(name, shape, expression.dtype, from: operands) { backend, result in
      let inputs = operands.map { $0.array.with($0.array.layout.broadcast(to: shape)!) }
      try backend.pointwise(expression, scalars: scalars, inputs, to: result)
    }
  }

  /// Applies an expression that is itself differentiable only once: a gradient formula.
  static func gradientFormula(
    _ name: StaticString, _ expression: PointwiseExpression, scalars: [Double] = [],
    _ operands: Tensor...
  ) -> Tensor {
    gradientFormula(name, expression, scalars: scalars, operands)
  }

  /// The sum over the axes along which a tensor of the shape was repeated to become this one: the
  /// gradient of broadcasting.
  func unbroadcast(to target: Shape) -> Tensor {
    if shape == target { return self }
    let added = rank - target.rank
    let repeated = shape.indices.filter { axis in
      axis < added || (target[axis - added] == 1 && shape[axis] != 1)
    }
    return sum(repeated, keepingAxes: true).reshaped(target)
  }
}

// MARK: - Arithmetic

/// Arithmetic, element by element, with broadcasting.
///
/// ```swift
/// let x = Tensor([1, 2, 3, 4], shape: [2, 2]), y = Tensor([10, 20])
/// x + y  // [[11, 22], [13, 24]]
/// x - y  // [[-9, -18], [-7, -16]]
/// x * y  // [[10, 40], [30, 80]]
/// y / x  // [[10, 10], [3.3333, 5]]
/// 2 * -x + 1  // [[-1, -3], [-5, -7]]
/// (6 - x) / 2  // [[2.5, 2], [1.5, 1]]
/// 12 / x - 1  // [[11, 5], [3, 2]]
/// ```
extension Tensor {
  /// x + y, element by element, with broadcasting.
  public static func + (x: Tensor, y: Tensor) -> Tensor {
    let shapes = (x.shape, y.shape)
    return result(map("add", Expressions.binary(.add, x.dtype), [x, y]), of: [x, y]) { dy in
      [dy.unbroadcast(to: shapes.0), dy.unbroadcast(to: shapes.1)]
    }
  }

  /// x − y, element by element, with broadcasting.
  public static func - (x: Tensor, y: Tensor) -> Tensor {
    let (shapes, isDifferentiable) = ((x.shape, y.shape), y.node != nil)
    let array = map("subtract", Expressions.binary(.subtract, x.dtype), [x, y])
    return result(array, of: [x, y]) { dy in
      [dy.unbroadcast(to: shapes.0), isDifferentiable ? (-dy).unbroadcast(to: shapes.1) : nil]
    }
  }

  /// x · y, element by element, with broadcasting.
  public static func * (x: Tensor, y: Tensor) -> Tensor {
    let shapes = (x.shape, y.shape)
    let array = map("multiply", Expressions.binary(.multiply, x.dtype), [x, y])
    return result(array, of: [x, y]) { [x = x.kept(for: y), y = y.kept(for: x)] dy in
      [
        y.map { (dy * $0).unbroadcast(to: shapes.0) },
        x.map { (dy * $0).unbroadcast(to: shapes.1) },
      ]
    }
  }

  /// x / y, element by element, with broadcasting; float32 only.
  public static func / (x: Tensor, y: Tensor) -> Tensor {
    x.require(.float32, "divide")
    let (shape, isDifferentiable) = (x.shape, x.node != nil)
    let array = map("divide", Expressions.binary(.divide, .float32), [x, y])
    return result(array, of: [x, y]) { [x = x.kept(for: y)] dy in
      [
        isDifferentiable ? (dy / y).unbroadcast(to: shape) : nil,
        x.map {
          gradientFormula("divide", Expressions.divisorGradient, dy, $0, y)
            .unbroadcast(to: y.shape)
        },
      ]
    }
  }

  /// −x.
  public static prefix func - (x: Tensor) -> Tensor {
    result(map("negate", Expressions.unary(.negate, x.dtype), [x]), of: [x]) { dy in [-dy] }
  }

  /// x + c.
  public static func + (x: Tensor, c: Float) -> Tensor {
    x.withScalar("add", .add, c) { dy in dy }
  }

  /// c + x.
  public static func + (c: Float, x: Tensor) -> Tensor { x + c }

  /// x − c.
  public static func - (x: Tensor, c: Float) -> Tensor {
    x.withScalar("subtract", .subtract, c) { dy in dy }
  }

  /// c − x.
  public static func - (c: Float, x: Tensor) -> Tensor {
    x.ofScalar("subtract", .subtract, c) { dy in -dy }
  }

  /// x · c.
  public static func * (x: Tensor, c: Float) -> Tensor {
    x.withScalar("multiply", .multiply, c) { dy in dy * c }
  }

  /// c · x.
  public static func * (c: Float, x: Tensor) -> Tensor { x * c }

  /// x / c; float32 only.
  public static func / (x: Tensor, c: Float) -> Tensor {
    x.require(.float32, "divide")
    return x.withScalar("divide", .divide, c) { dy in dy / c }
  }

  /// c / x; float32 only.
  public static func / (c: Float, x: Tensor) -> Tensor {
    x.require(.float32, "divide")
    return x.ofScalar("divide", .divide, c) { dy in -(dy * c / (x * x)) }
  }

  private func withScalar(
    _ name: StaticString, _ function: BinaryOperator, _ scalar: Float,
    vjp: @escaping @Sendable (Tensor) -> Tensor
  ) -> Tensor {
    let expression = Expressions.binaryWithScalar(function, dtype)
    return .result(Tensor.map(name, expression, scalars: [Double(scalar)], [self]), of: [self]) {
      [vjp($0)]
    }
  }

  private func ofScalar(
    _ name: StaticString, _ function: BinaryOperator, _ scalar: Float,
    vjp: @escaping @Sendable (Tensor) -> Tensor
  ) -> Tensor {
    let expression = Expressions.binaryOfScalar(function, dtype)
    return .result(Tensor.map(name, expression, scalars: [Double(scalar)], [self]), of: [self]) {
      [vjp($0)]
    }
  }
}

// MARK: - Functions

extension Tensor {
  private func unary(_ name: StaticString, _ function: UnaryOperator) -> StridedArray {
    require(.float32, name)
    return Tensor.map(name, Expressions.unary(function, .float32), [self])
  }

  /// eˣ.
  ///
  /// ```swift
  /// Tensor([0, 1]).exp()  // [1, 2.7183]
  /// ```
  public func exp() -> Tensor {
    .result(unary("exp", .exp), of: [self]) { dy, y in [dy * y] }
  }

  /// The natural logarithm.
  ///
  /// ```swift
  /// Tensor([1, 2]).log()  // [0, 0.6931]
  /// ```
  public func log() -> Tensor {
    .result(unary("log", .log), of: [self]) { dy in [dy / self] }
  }

  /// √x; the gradient dy / 2√x is infinite at 0.
  ///
  /// ```swift
  /// Tensor([4, 2]).sqrt()  // [2, 1.4142]
  /// ```
  public func sqrt() -> Tensor {
    .result(unary("sqrt", .sqrt), of: [self]) { dy, y in
      [Tensor.gradientFormula("sqrt", Expressions.sqrtGradient, dy, y)]
    }
  }

  /// |x|; the gradient at 0 is 0.
  ///
  /// ```swift
  /// Tensor([-4, 2]).abs()  // [4, 2]
  /// ```
  public func abs() -> Tensor {
    .result(unary("abs", .abs), of: [self]) { dy in
      [Tensor.gradientFormula("abs", Expressions.absGradient, dy, self)]
    }
  }

  /// The logistic function 1 / (1 + e⁻ˣ); its gradient is σ(1 − σ).
  ///
  /// ```swift
  /// Tensor([0, 2]).sigmoid()  // [0.5, 0.8808]
  /// ```
  public func sigmoid() -> Tensor {
    .result(unary("sigmoid", .sigmoid), of: [self]) { dy, y in
      [Tensor.gradientFormula("sigmoid", Expressions.sigmoidGradient, dy, y)]
    }
  }

  /// The hyperbolic tangent; its gradient is 1 − tanh².
  ///
  /// ```swift
  /// Tensor([0, 1]).tanh()  // [0, 0.7616]
  /// ```
  public func tanh() -> Tensor {
    .result(unary("tanh", .tanh), of: [self]) { dy, y in
      [Tensor.gradientFormula("tanh", Expressions.tanhGradient, dy, y)]
    }
  }

  /// max(x, 0); the gradient at 0 is 0 (Nair, Hinton 2010).
  ///
  /// ```swift
  /// Tensor([-2, 0, 3]).relu()  // [0, 0, 3]
  /// ```
  public func relu() -> Tensor {
    require(.float32, "relu")
    return .result(Tensor.map("relu", Expressions.relu, [self]), of: [self]) { dy, y in
      [Tensor.gradientFormula("relu", Expressions.reluGradient, dy, y)]
    }
  }

  /// x where x > 0, otherwise slope · x (Maas, Hannun, Ng 2013).
  ///
  /// ```swift
  /// Tensor([-2, 3]).leakyReLU(slope: 0.1)  // [-0.2, 3]
  /// ```
  public func leakyReLU(slope: Float = 0.01) -> Tensor {
    require(.float32, "leakyReLU")
    let scalars = [Double(slope)]
    return .result(
      Tensor.map("leakyReLU", Expressions.leakyReLU, scalars: scalars, [self]), of: [self]
    ) { dy in
      [
        Tensor.gradientFormula(
          "leakyReLU", Expressions.leakyReLUGradient, scalars: scalars, dy, self)
      ]
    }
  }

  /// 1 where x ≥ 0, otherwise 0: the perceptron's activation.
  ///
  /// It has no gradient.
  ///
  /// ```swift
  /// Tensor([-0.1, 0, 0.1]).step()  // [0, 1, 1]
  /// ```
  public func step() -> Tensor {
    require(.float32, "step")
    return Tensor(Tensor.map("step", Expressions.step, [self]), on: device)
  }

  /// xʸ, element by element, with broadcasting.
  ///
  /// ```swift
  /// Tensor([2, 3]).power(Tensor([3, 2]))  // [8, 9]
  /// ```
  public func power(_ exponent: Tensor) -> Tensor {
    require(.float32, "power")
    let array = Tensor.map("power", Expressions.binary(.power, .float32), [self, exponent])
    return .result(array, of: [self, exponent]) { dy, y in
      [
        node.map { _ in
          Tensor.gradientFormula("power", Expressions.powerBaseGradient, dy, self, exponent)
            .unbroadcast(to: shape)
        },
        exponent.node.map { _ in
          Tensor.gradientFormula("power", Expressions.powerExponentGradient, dy, self, exponent, y)
            .unbroadcast(to: exponent.shape)
        },
      ]
    }
  }

  /// xᶜ.
  ///
  /// ```swift
  /// Tensor([4, 9]).power(0.5)  // [2, 3]
  /// ```
  public func power(_ exponent: Float) -> Tensor {
    require(.float32, "power")
    return withScalar("power", .power, exponent) { dy in
      exponent == 0 ? dy * 0 : dy * self.power(exponent - 1) * exponent
    }
  }
}

// MARK: - Choices

/// The larger of both, element by element, with broadcasting; NaN where either is NaN.
///
/// Where both are equal, each gets half of the gradient.
///
/// ```swift
/// maximum(Tensor([1, 5]), Tensor([4, 2]))  // [4, 5]
/// ```
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
  choice("maximum", .maximum, Expressions.maximumGradient, a, b)
}

/// The smaller of both, element by element, with broadcasting; NaN where either is NaN.
///
/// Where both are equal, each gets half of the gradient.
///
/// ```swift
/// minimum(Tensor([1, 5]), Tensor([4, 2]))  // [1, 2]
/// ```
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
  choice("minimum", .minimum, Expressions.minimumGradient, a, b)
}

private func choice(
  _ name: StaticString, _ function: BinaryOperator, _ gradient: PointwiseExpression, _ a: Tensor,
  _ b: Tensor
) -> Tensor {
  let array = Tensor.map(name, Expressions.binary(function, a.dtype), [a, b])
  return .result(array, of: [a, b]) { dy in
    [
      a.node.map { _ in
        Tensor.gradientFormula(name, gradient, dy, a, b).unbroadcast(to: a.shape)
      },
      b.node.map { _ in
        Tensor.gradientFormula(name, gradient, dy, b, a).unbroadcast(to: b.shape)
      },
    ]
  }
}

extension Tensor {
  /// `ifTrue` where the mask is not 0, otherwise `ifFalse`, with broadcasting.
  ///
  /// ```swift
  /// let x = Tensor([1, -2, 3])
  /// Tensor.where(x .> 0, x, Tensor(9))  // [1, 9, 3]
  /// ```
  public static func `where`(_ mask: Tensor, _ ifTrue: Tensor, _ ifFalse: Tensor) -> Tensor {
    let expression = ifTrue.dtype == .float32 ? Expressions.select : Expressions.integerSelect
    let array = map("where", expression, [mask, ifTrue, ifFalse])
    let shapes = [ifTrue, ifFalse].map { $0.node == nil ? nil : $0.shape }
    return result(array, of: [mask.stopGradient(), ifTrue, ifFalse]) { dy in
      let zero = Tensor(0, device: dy.device)
      return [
        nil,
        shapes[0].map { Tensor.where(mask, dy, zero).unbroadcast(to: $0) },
        shapes[1].map { Tensor.where(mask, zero, dy).unbroadcast(to: $0) },
      ]
    }
  }

  /// The elements as another type: integers to the nearest float, floats toward zero.
  ///
  /// Between different types there is no gradient.
  ///
  /// ```swift
  /// Tensor([-1.5, 1.5]).cast(to: .int32)  // [-1, 1]
  /// ```
  public func cast(to target: DType) -> Tensor {
    if target == dtype { return self }
    let expression =
      target == .float32 ? Expressions.floatFromInteger : Expressions.integerFromFloat
    return Tensor(Tensor.map("cast", expression, [self]), on: device)
  }
}

// MARK: - Comparisons

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// Comparisons of two tensors of one type, element by element, with broadcasting. The result is a
/// float32 mask of ones and zeros, without a gradient.
///
/// ```swift
/// let x = Tensor([1, 2, 3]), y = Tensor([3, 2, 1])
/// x .== y  // [0, 1, 0]
/// x .!= y  // [1, 0, 1]
/// x .< y  // [1, 0, 0]
/// x .<= y  // [1, 1, 0]
/// x .> 2  // [0, 0, 1]
/// x .>= 2  // [0, 1, 1]
/// ```
extension Tensor {
  /// 1 where x = y.
  public static func .== (x: Tensor, y: Tensor) -> Tensor { x.compared("equal", .equal, y) }
  /// 1 where x ≠ y.
  public static func .!= (x: Tensor, y: Tensor) -> Tensor { x.compared("notEqual", .notEqual, y) }
  /// 1 where x < y.
  public static func .< (x: Tensor, y: Tensor) -> Tensor { x.compared("less", .less, y) }
  /// 1 where x ≤ y.
  public static func .<= (x: Tensor, y: Tensor) -> Tensor {
    x.compared("lessOrEqual", .lessOrEqual, y)
  }
  /// 1 where x > y.
  public static func .> (x: Tensor, y: Tensor) -> Tensor { x.compared("greater", .greater, y) }
  /// 1 where x ≥ y.
  public static func .>= (x: Tensor, y: Tensor) -> Tensor {
    x.compared("greaterOrEqual", .greaterOrEqual, y)
  }

  /// 1 where x = c.
  public static func .== (x: Tensor, c: Float) -> Tensor { x.compared("equal", .equal, c) }
  /// 1 where x ≠ c.
  public static func .!= (x: Tensor, c: Float) -> Tensor { x.compared("notEqual", .notEqual, c) }
  /// 1 where x < c.
  public static func .< (x: Tensor, c: Float) -> Tensor { x.compared("less", .less, c) }
  /// 1 where x ≤ c.
  public static func .<= (x: Tensor, c: Float) -> Tensor {
    x.compared("lessOrEqual", .lessOrEqual, c)
  }
  /// 1 where x > c.
  public static func .> (x: Tensor, c: Float) -> Tensor { x.compared("greater", .greater, c) }
  /// 1 where x ≥ c.
  public static func .>= (x: Tensor, c: Float) -> Tensor {
    x.compared("greaterOrEqual", .greaterOrEqual, c)
  }

  private func compared(
    _ name: StaticString, _ comparison: BinaryOperator, _ other: Tensor
  ) -> Tensor {
    Tensor(Tensor.map(name, Expressions.binary(comparison, dtype), [self, other]), on: device)
  }

  private func compared(_ name: StaticString, _ comparison: BinaryOperator, _ c: Float) -> Tensor {
    let expression = Expressions.binaryWithScalar(comparison, dtype)
    return Tensor(Tensor.map(name, expression, scalars: [Double(c)], [self]), on: device)
  }
}
