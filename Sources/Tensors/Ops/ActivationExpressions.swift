import Backends

/// Activations, each as one expression. Of gradients, input 0 is the gradient by the result and
/// input 1 the operand.
extension Expressions {
  /// x where x > 0, otherwise α · (eˣ − 1); α is the scalar.
  static let elu = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x.combined(.greater, with: f.constant(0))
      .selecting(x, f.scalar(0) * x.applying(.expm1))
  }
  static let eluGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    return x.combined(.greater, with: f.constant(0))
      .selecting(dy, dy * f.scalar(0) * x.applying(.exp))
  }

  /// λ · x where x > 0, otherwise λα · (eˣ − 1).
  static let selu = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x.combined(.greater, with: f.constant(0))
      .selecting(seluScale * x, seluScale * seluAlpha * x.applying(.expm1))
  }
  static let seluGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    return x.combined(.greater, with: f.constant(0))
      .selecting(seluScale * dy, seluScale * seluAlpha * dy * x.applying(.exp))
  }
  // The fixed point of mean 0 and variance 1 (Klambauer, Unterthiner, Mayr, Hochreiter 2017, equation 14).
  private static let seluScale: Float = 1.0507009873554805
  private static let seluAlpha: Float = 1.6732632423543773

  /// x · Φ(x), with Φ(x) = erfc(−x/√2) / 2, which does not cancel far below 0.
  static let gelu = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x * normalProbability(x)
  }
  /// dy · (Φ(x) + x · φ(x)).
  static let geluGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    let density = inverseRootOfTwoPi * (-0.5 * x * x).applying(.exp)
    return dy * (normalProbability(x) + x * density)
  }

  private static func normalProbability(
    _ x: PointwiseExpression.Term
  ) -> PointwiseExpression.Term { 0.5 * (-inverseRootOfTwo * x).applying(.erfc) }

  private static let inverseRootOfTwo: Float = 0.70710678118654752
  private static let inverseRootOfTwoPi: Float = 0.39894228040143268

  /// x · σ(2u), which is x · (1 + tanh u) / 2 without cancelling, with u = √(2/π)(x + 0.044715x³).
  static let geluByTanh = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x * geluGate(x)
  }
  /// dy · (σ + x · σ(1 − σ) · 2u′).
  static let geluByTanhGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    let gate = geluGate(x)
    // Outside, σ(1 − σ) is 0; the square must not overflow.
    let inner = x.combined(.minimum, with: f.constant(geluReach))
      .combined(.maximum, with: f.constant(-geluReach))
    let slope = 2 * geluFactor * (1 + 3 * geluCubic * inner * inner)
    return dy * (gate + inner * (gate * (1 - gate)) * slope)
  }

  private static func geluGate(_ x: PointwiseExpression.Term) -> PointwiseExpression.Term {
    (2 * geluFactor * (x + geluCubic * x * x * x)).applying(.sigmoid)
  }

  private static let geluFactor: Float = 0.79788456080286536
  private static let geluCubic: Float = 0.044715
  private static let geluReach: Float = 100

  /// x · σ(x).
  static let silu = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x * x.applying(.sigmoid)
  }
  /// dy · σ · (1 + x(1 − σ)).
  static let siluGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    let gate = x.applying(.sigmoid)
    return dy * (gate * (1 + x * (1 - gate)))
  }

  /// ln(1 + e^(βx)) / β, and x where βx is above the threshold; β and the threshold are scalars.
  static let softplus = PointwiseExpression(.float32) { f in
    let (x, beta) = (f.input(0), f.scalar(0))
    let scaled = beta * x
    return scaled.combined(.greater, with: f.scalar(1))
      .selecting(x, scaled.applying(.exp).applying(.log1p) / beta)
  }
  static let softplusGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    let scaled = f.scalar(0) * x
    return scaled.combined(.greater, with: f.scalar(1))
      .selecting(dy, dy * scaled.applying(.sigmoid))
  }

  /// x / (1 + |x|).
  static let softsign = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x / (1 + x.applying(.abs))
  }
  /// dy / (1 + |x|)².
  static let softsignGradient = PointwiseExpression(.float32, .float32) { f in
    let size = 1 + f.input(1).applying(.abs)
    return f.input(0) / size / size
  }

  /// min(max(x + 3, 0), 6) / 6.
  static let hardsigmoid = PointwiseExpression(.float32) { f in
    hardGate(f.input(0), f)
  }
  /// dy / 6 between −3 and 3.
  static let hardsigmoidGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    return (x.combined(.greater, with: f.constant(-3)) * x.combined(.less, with: f.constant(3)))
      .selecting(dy / f.constant(6), f.constant(0))
  }

  /// x · min(max(x + 3, 0), 6) / 6.
  static let hardswish = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x * hardGate(x, f)
  }
  /// dy · (x/3 + ½) between −3 and 3, dy above.
  static let hardswishGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    let below = x.combined(.less, with: f.constant(3))
      .selecting(dy * (0.5 + x / f.constant(3)), dy)
    return x.combined(.lessOrEqual, with: f.constant(-3)).selecting(f.constant(0), below)
  }

  private static func hardGate(
    _ x: PointwiseExpression.Term, _ f: PointwiseExpression.Builder
  ) -> PointwiseExpression.Term {
    (3 + x).combined(.maximum, with: f.constant(0)).combined(.minimum, with: f.constant(6))
      / f.constant(6)
  }

  /// min(max(x, low), high); the bounds are scalars.
  static let clamp = PointwiseExpression(.float32) { f in
    f.input(0).combined(.maximum, with: f.scalar(0)).combined(.minimum, with: f.scalar(1))
  }
  /// dy between the bounds, neither included.
  static let clampGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    return (x.combined(.greater, with: f.scalar(0)) * x.combined(.less, with: f.scalar(1)))
      .selecting(dy, f.constant(0))
  }

  /// x where x > 0, otherwise w · x; input 1 is w.
  static let prelu = PointwiseExpression(.float32, .float32) { f in
    let x = f.input(0)
    return x.combined(.greater, with: f.constant(0)).selecting(x, f.input(1) * x)
  }
  /// By the operand; input 2 is w.
  static let preluGradient = PointwiseExpression(.float32, .float32, .float32) { f in
    let dy = f.input(0)
    return f.input(1).combined(.greater, with: f.constant(0)).selecting(dy, f.input(2) * dy)
  }
  /// By w, before it is summed over what shares it: dy · x where x ≤ 0.
  static let preluSlopeGradient = PointwiseExpression(.float32, .float32) { f in
    let (dy, x) = (f.input(0), f.input(1))
    return x.combined(.greater, with: f.constant(0)).selecting(f.constant(0), dy * x)
  }
}
