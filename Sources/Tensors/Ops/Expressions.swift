import Backends

/// The pointwise expressions that operations and their gradients use.
enum Expressions {
  static let identity = PointwiseExpression(.float32) { $0.input(0) }
  static let integerIdentity = PointwiseExpression(.int32) { $0.input(0) }

  /// One operator applied to one input.
  static func unary(_ function: UnaryOperator, _ dtype: DType) -> PointwiseExpression {
    table.unary[function]![dtype]!
  }

  /// One operator applied to two inputs.
  static func binary(_ function: BinaryOperator, _ dtype: DType) -> PointwiseExpression {
    table.binary[function]![dtype]!
  }

  /// One operator applied to an input and the scalar of the call.
  static func binaryWithScalar(_ function: BinaryOperator, _ dtype: DType) -> PointwiseExpression {
    table.withScalar[function]![dtype]!
  }

  /// One operator applied to the scalar of the call and an input.
  static func binaryOfScalar(_ function: BinaryOperator, _ dtype: DType) -> PointwiseExpression {
    table.ofScalar[function]![dtype]!
  }

  private typealias Table<Operator: Hashable> = [Operator: [DType: PointwiseExpression]]

  /// Every expression of one operator, built once.
  private static let table = (
    unary: expressions(UnaryOperator.allCases, \.acceptsIntegers) { function, dtype in
      PointwiseExpression(dtype) { $0.input(0).applying(function) }
    },
    binary: expressions(BinaryOperator.allCases, \.acceptsIntegers) { function, dtype in
      PointwiseExpression(dtype, dtype) { $0.input(0).combined(function, with: $0.input(1)) }
    },
    withScalar: expressions(BinaryOperator.allCases, \.acceptsIntegers) { function, dtype in
      PointwiseExpression(dtype) { $0.input(0).combined(function, with: $0.scalar(0, dtype)) }
    },
    ofScalar: expressions(BinaryOperator.allCases, \.acceptsIntegers) { function, dtype in
      PointwiseExpression(dtype) { $0.scalar(0, dtype).combined(function, with: $0.input(0)) }
    }
  )

  private static func expressions<Operator: Hashable>(
    _ operators: [Operator], _ acceptsIntegers: (Operator) -> Bool,
    _ build: (Operator, DType) -> PointwiseExpression
  ) -> Table<Operator> {
    var table: Table<Operator> = [:]
    for function in operators {
      for dtype in DType.allCases where dtype == .float32 || acceptsIntegers(function) {
        table[function, default: [:]][dtype] = build(function, dtype)
      }
    }
    return table
  }
}

extension Expressions {
  static let select = PointwiseExpression(.float32, .float32, .float32) {
    $0.input(0).selecting($0.input(1), $0.input(2))
  }
  static let integerSelect = PointwiseExpression(.float32, .int32, .int32) {
    $0.input(0).selecting($0.input(1), $0.input(2))
  }
  static let floatFromInteger = PointwiseExpression(.int32) { $0.input(0).cast(to: .float32) }
  static let integerFromFloat = PointwiseExpression(.float32) { $0.input(0).cast(to: .int32) }

  static let step = PointwiseExpression(.float32) {
    $0.input(0).combined(.greaterOrEqual, with: $0.constant(0))
  }
  static let relu = PointwiseExpression(.float32) {
    $0.input(0).combined(.maximum, with: $0.constant(0))
  }
  static let leakyReLU = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x.combined(.greater, with: f.constant(0)).selecting(x, f.scalar(0) * x)
  }
}

/// Gradients: input 0 is the gradient by the result.
extension Expressions {
  /// With the operand: dy · sign x, 0 at 0.
  static let absGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x, zero) = (f.input(0), f.input(1), f.constant(0))
    return dy * (x.combined(.greater, with: zero) - x.combined(.less, with: zero))
  }
  /// With the result: dy / 2y.
  static let sqrtGradient = PointwiseExpression(.float32, .float32) { f in
    f.input(0) / (2 * f.input(1))
  }
  /// With the result: dy · y(1 − y).
  static let sigmoidGradient = PointwiseExpression(.float32, .float32) { f in
    let y = f.input(1)
    return f.input(0) * (y * (1 - y))
  }
  /// With the result: dy · (1 − y²).
  static let tanhGradient = PointwiseExpression(.float32, .float32) { f in
    let y = f.input(1)
    return f.input(0) * (1 - y * y)
  }
  /// With operand or result: dy where it is positive, otherwise 0.
  static let reluGradient = PointwiseExpression(.float32, .float32) { f in
    f.input(1).combined(.greater, with: f.constant(0)).selecting(f.input(0), f.constant(0))
  }
  /// With the operand, and the slope as scalar.
  static let leakyReLUGradient = PointwiseExpression(.float32, .float32) { f in
    let dy = f.input(0)
    return f.input(1).combined(.greater, with: f.constant(0)).selecting(dy, f.scalar(0) * dy)
  }
  /// With the operands, by the first: dy where it was chosen, half of it where both are equal.
  static let maximumGradient = choiceGradient(.greater)
  static let minimumGradient = choiceGradient(.less)

  private static func choiceGradient(_ comparison: BinaryOperator) -> PointwiseExpression {
    PointwiseExpression(.float32, .float32, .float32) { f in
      let (dy, a, b) = (f.input(0), f.input(1), f.input(2))
      return dy * (a.combined(comparison, with: b) + 0.5 * a.combined(.equal, with: b))
    }
  }
  /// With base and exponent, by the base: dy · b · a^(b − 1), 0 for exponent 0.
  static let powerBaseGradient = PointwiseExpression(.float32, .float32, .float32) { f in
    let (dy, a, b) = (f.input(0), f.input(1), f.input(2))
    return b.combined(.equal, with: f.constant(0)).selecting(
      f.constant(0), dy * b * a.combined(.power, with: b - 1))
  }
  /// With base, exponent and result, by the exponent: dy · y · ln a, 0 for base 0 and exponent ≥ 0.
  static let powerExponentGradient = PointwiseExpression(.float32, .float32, .float32, .float32) {
    f in
    let (dy, a, b, y) = (f.input(0), f.input(1), f.input(2), f.input(3))
    let zero = f.constant(0)
    let isFlat = a.combined(.equal, with: zero) * b.combined(.greaterOrEqual, with: zero)
    return isFlat.selecting(zero, dy * y * a.applying(.log))
  }
  /// With the operands, by the divisor: −dy · a / b².
  static let divisorGradient = PointwiseExpression(.float32, .float32, .float32) { f in
    let (dy, a, b) = (f.input(0), f.input(1), f.input(2))
    return -(dy * a / (b * b))
  }
}
