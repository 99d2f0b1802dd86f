import Backends

/// Losses element by element, each one launch forward and one for each gradient.
extension Tensor {
  /// Smooth L1 of y (this) and t: ½(y − t)² / β where |y − t| < β, otherwise |y − t| − ½β.
  package func smoothL1(_ targets: Tensor, beta: Float) -> Tensor {
    LossFunctions.smoothL1(self, targets, scalars: [Double(beta)])
  }

  /// Huber's function of y (this) and t: ½(y − t)² where |y − t| < δ, otherwise δ(|y − t| − ½δ).
  package func huber(_ targets: Tensor, delta: Float) -> Tensor {
    LossFunctions.huber(self, targets, scalars: [Double(delta)])
  }

  /// Binary cross-entropy of logits x (this) and t:
  /// (1 − t)·x + (1 + (p − 1)·t)·log(1 + e⁻ˣ), with the weight p of positives where given.
  package func binaryCrossEntropy(_ targets: Tensor, positiveWeight: Tensor?) -> Tensor {
    guard let positiveWeight else { return LossFunctions.binaryCrossEntropy(self, targets) }
    return LossFunctions.weightedBinaryCrossEntropy(self, targets, positiveWeight)
  }

  /// p·(log p − log q) of log q (this) and p, 0 where p = 0; or of log q and log p.
  package func relativeEntropy(_ targets: Tensor, areLogarithms: Bool) -> Tensor {
    areLogarithms
      ? LossFunctions.relativeEntropyOfLogarithms(self, targets)
      : LossFunctions.relativeEntropy(self, targets)
  }

  /// max(0, m − t·y) of y (this) and t = ±1.
  package func hinge(_ targets: Tensor, margin: Float) -> Tensor {
    LossFunctions.hinge(self, targets, scalars: [Double(margin)])
  }

  /// Of distances x (this) and t = ±1: x where t = 1, max(0, m − x) where t = −1.
  package func hingeEmbedding(_ targets: Tensor, margin: Float) -> Tensor {
    LossFunctions.hingeEmbedding(self, targets, scalars: [Double(margin)])
  }

  /// Of cosines c (this) and t = ±1: 1 − c where t = 1, max(0, c − m) where t = −1.
  package func cosineEmbedding(_ targets: Tensor, margin: Float) -> Tensor {
    LossFunctions.cosineEmbedding(self, targets, scalars: [Double(margin)])
  }
}

private enum LossFunctions {
  typealias Builder = PointwiseExpression.Builder
  typealias Term = PointwiseExpression.Term

  static let smoothL1 = ofDifference("smoothL1") { f, d in
    let (beta, size) = (f.scalar(0), d.applying(.abs))
    return size.combined(.less, with: beta).selecting(0.5 * d * d / beta, size - 0.5 * beta)
  } derivative: { f, d in
    let beta = f.scalar(0)
    return d.applying(.abs).combined(.less, with: beta).selecting(d / beta, sign(f, d))
  }

  static let huber = ofDifference("huber") { f, d in
    let (delta, size) = (f.scalar(0), d.applying(.abs))
    return size.combined(.less, with: delta)
      .selecting(0.5 * d * d, delta * (size - 0.5 * delta))
  } derivative: { f, d in
    let delta = f.scalar(0)
    return d.applying(.abs).combined(.less, with: delta).selecting(d, delta * sign(f, d))
  }

  static let binaryCrossEntropy = PointwiseFunction(
    name: "binaryCrossEntropy",
    value: PointwiseExpression(.float32, .float32) { f in
      let (x, t) = (f.input(0), f.input(1))
      return (1 - t) * x + softplus(f, -x)
    },
    gradients: [
      PointwiseExpression(.float32, .float32, .float32) { f in
        f.input(0) * (f.input(1).applying(.sigmoid) - f.input(2))
      },
      PointwiseExpression(.float32, .float32, .float32) { f in -(f.input(0) * f.input(1)) },
    ])

  static let weightedBinaryCrossEntropy = PointwiseFunction(
    name: "binaryCrossEntropy",
    value: PointwiseExpression(.float32, .float32, .float32) { f in
      let (x, t, p) = (f.input(0), f.input(1), f.input(2))
      return (1 - t) * x + (1 + (p - 1) * t) * softplus(f, -x)
    },
    gradients: [
      PointwiseExpression(.float32, .float32, .float32, .float32) { f in
        let (x, t, p) = (f.input(1), f.input(2), f.input(3))
        return f.input(0) * (1 - t - (1 + (p - 1) * t) * (-x).applying(.sigmoid))
      },
      PointwiseExpression(.float32, .float32, .float32, .float32) { f in
        let (x, p) = (f.input(1), f.input(3))
        return f.input(0) * ((p - 1) * softplus(f, -x) - x)
      },
      nil,
    ])

  static let relativeEntropy = PointwiseFunction(
    name: "klDivergence",
    value: PointwiseExpression(.float32, .float32) { f in
      let (logQ, p, zero) = (f.input(0), f.input(1), f.constant(0))
      return p.combined(.equal, with: zero).selecting(zero, p * (p.applying(.log) - logQ))
    },
    gradients: [
      PointwiseExpression(.float32, .float32, .float32) { f in -(f.input(0) * f.input(2)) },
      PointwiseExpression(.float32, .float32, .float32) { f in
        f.input(0) * (1 + f.input(2).applying(.log) - f.input(1))
      },
    ])

  static let relativeEntropyOfLogarithms = PointwiseFunction(
    name: "klDivergence",
    value: PointwiseExpression(.float32, .float32) { f in
      let (logQ, logP) = (f.input(0), f.input(1))
      return logP.applying(.exp) * (logP - logQ)
    },
    gradients: [
      PointwiseExpression(.float32, .float32, .float32) { f in
        -(f.input(0) * f.input(2).applying(.exp))
      },
      PointwiseExpression(.float32, .float32, .float32) { f in
        let (logQ, logP) = (f.input(1), f.input(2))
        return f.input(0) * logP.applying(.exp) * (1 + logP - logQ)
      },
    ])

  static let hinge = ofLabelled("hinge") { f, y, t in
    (f.scalar(0) - t * y).combined(.maximum, with: f.constant(0))
  } derivative: { f, y, t in
    f.scalar(0).combined(.greater, with: t * y).selecting(-t, f.constant(0))
  }

  static let hingeEmbedding = ofLabelled("hingeEmbedding") { f, x, t in
    let far = (f.scalar(0) - x).combined(.maximum, with: f.constant(0))
    return t.combined(.greater, with: f.constant(0)).selecting(x, far)
  } derivative: { f, x, t in
    let far = -f.scalar(0).combined(.greaterOrEqual, with: x)
    return t.combined(.greater, with: f.constant(0)).selecting(f.constant(1), far)
  }

  static let cosineEmbedding = ofLabelled("cosineEmbedding") { f, c, t in
    let far = (c - f.scalar(0)).combined(.maximum, with: f.constant(0))
    return t.combined(.greater, with: f.constant(0)).selecting(1 - c, far)
  } derivative: { f, c, t in
    let far = c.combined(.greaterOrEqual, with: f.scalar(0))
    return t.combined(.greater, with: f.constant(0)).selecting(f.constant(-1), far)
  }

  /// A function of y − t, and its derivative.
  private static func ofDifference(
    _ name: StaticString, value: (Builder, Term) -> Term, derivative: (Builder, Term) -> Term
  ) -> PointwiseFunction {
    func gradient(_ direction: Float) -> PointwiseExpression {
      PointwiseExpression(.float32, .float32, .float32) { f in
        direction * f.input(0) * derivative(f, f.input(1) - f.input(2))
      }
    }
    return PointwiseFunction(
      name: name,
      value: PointwiseExpression(.float32, .float32) { f in value(f, f.input(0) - f.input(1)) },
      gradients: [gradient(1), gradient(-1)])
  }

  /// A function of a number and a label, and its derivative by the number.
  private static func ofLabelled(
    _ name: StaticString, value: (Builder, Term, Term) -> Term,
    derivative: (Builder, Term, Term) -> Term
  ) -> PointwiseFunction {
    PointwiseFunction(
      name: name,
      value: PointwiseExpression(.float32, .float32) { f in value(f, f.input(0), f.input(1)) },
      gradients: [
        PointwiseExpression(.float32, .float32, .float32) { f in
          f.input(0) * derivative(f, f.input(1), f.input(2))
        }, nil,
      ])
  }

  private static func sign(_ f: Builder, _ x: Term) -> Term {
    x.combined(.greater, with: f.constant(0)) - x.combined(.less, with: f.constant(0))
  }

  /// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which does not overflow.
  private static func softplus(_ f: Builder, _ x: Term) -> Term {
    x.combined(.maximum, with: f.constant(0))
      + (-x.applying(.abs)).applying(.exp).applying(.log1p)
  }
}
