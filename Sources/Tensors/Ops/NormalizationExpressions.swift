import Backends

/// The pointwise steps of normalization.
///
/// x̂ = (x − μ)·r, where r = 1 / √(σ² + ε); without a mean, x̂ = x·r.
enum NormalizationExpressions {
  /// Which operands there are besides the input and r, in this order.
  struct Operands: OptionSet, Hashable {
    let rawValue: Int
    static let mean = Operands(rawValue: 1)
    static let weight = Operands(rawValue: 2)
    static let bias = Operands(rawValue: 4)
  }

  typealias Term = PointwiseExpression.Term
  typealias Builder = PointwiseExpression.Builder

  /// x².
  static let square = PointwiseExpression(.float32) { f in f.input(0) * f.input(0) }
  /// Of the variance, with ε as scalar: r.
  static let inverseRoot = PointwiseExpression(.float32) { f in
    1 / (f.input(0) + f.scalar(0)).applying(.sqrt)
  }

  /// Of x, r, and μ, w, b as far as there are any: x̂·w + b.
  static func output(_ operands: Operands) -> PointwiseExpression { outputs[operands.rawValue] }

  /// Of dy, x, r, and μ, w as far as there are any: dy·w·x̂.
  static func product(_ operands: Operands) -> PointwiseExpression { products[operands.rawValue] }

  /// The gradient by x, of g, x, r, Σ g·x̂, and μ with Σ g, and w as far as there are any; with
  /// 1 / n as scalar: w·r·(g − Σ g / n − x̂·Σ g·x̂ / n).
  static func inputGradient(_ operands: Operands) -> PointwiseExpression {
    inputGradients[operands.rawValue]
  }

  /// Of dy, r and w where there is one, with constant statistics: dy·w·r.
  static let scaledGradient = [
    PointwiseExpression(.float32, .float32) { $0.input(0) * $0.input(1) },
    PointwiseExpression(.float32, .float32, .float32) { f in
      f.input(0) * (f.input(1) * f.input(2))
    },
  ]

  /// Of a and x, with m and s as scalars: a + m·(s·x − a).
  static let movingAverage = PointwiseExpression(.float32, .float32) { f in
    f.input(0) + f.scalar(0) * (f.scalar(1) * f.input(1) - f.input(0))
  }
  /// Of a, x and an integer n, with s as scalar: a + (s·x − a) / n.
  static let cumulativeAverage = PointwiseExpression(.float32, .float32, .int32) { f in
    f.input(0) + (f.scalar(0) * f.input(1) - f.input(0)) / f.input(2).cast(to: .float32)
  }

  private static let outputs = (0..<8).map { bits in
    build(2, Operands(rawValue: bits)) { f, mean, weight, bias in
      var y = (mean.map { f.input(0) - $0 } ?? f.input(0)) * f.input(1)
      if let weight { y = y * weight }
      return bias.map { y + $0 } ?? y
    }
  }

  private static let products = (0..<4).map { bits in
    build(3, Operands(rawValue: bits)) { f, mean, weight, _ in
      let normalized = (mean.map { f.input(1) - $0 } ?? f.input(1)) * f.input(2)
      return (weight.map { f.input(0) * $0 } ?? f.input(0)) * normalized
    }
  }

  private static let inputGradients = (0..<4).map { bits in
    let operands = Operands(rawValue: bits)
    let sumPosition = 4 + (operands.contains(.weight) ? 2 : 1)
    return build(4, operands, extra: operands.contains(.mean) ? 1 : 0) { f, mean, weight, _ in
      let normalized = (mean.map { f.input(1) - $0 } ?? f.input(1)) * f.input(2)
      var inner = f.input(0) - normalized * (f.input(3) * f.scalar(0))
      if mean != nil { inner = inner - f.input(sumPosition) * f.scalar(0) }
      return (weight.map { $0 * f.input(2) } ?? f.input(2)) * inner
    }
  }

  /// An expression of some inputs, those of the operands, and extra ones.
  private static func build(
    _ first: Int, _ operands: Operands, extra: Int = 0,
    _ body: (Builder, _ mean: Term?, _ weight: Term?, _ bias: Term?) -> Term
  ) -> PointwiseExpression {
    let count = first + operands.rawValue.nonzeroBitCount + extra
    return PointwiseExpression(inputs: Array(repeating: .float32, count: count)) { f in
      var position = first
      func next(_ operand: Operands) -> Term? {
        guard operands.contains(operand) else { return nil }
        defer { position += 1 }
        return f.input(position)
      }
      let mean = next(.mean)
      let weight = next(.weight)
      return body(f, mean, weight, next(.bias))
    }
  }
}
