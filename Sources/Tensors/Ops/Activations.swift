import Backends

extension Tensor {
  /// The exponential linear unit: x where x > 0, otherwise α · (eˣ − 1) (Clevert, Unterthiner,
  /// Hochreiter 2016).
  ///
  /// ```swift
  /// Tensor([-1, 2]).elu()  // [-0.6321, 2]
  /// ```
  public func elu(alpha: Float = 1) -> Tensor {
    activated("elu", Expressions.elu, Expressions.eluGradient, scalars: [Double(alpha)])
  }

  /// The scaled exponential linear unit: λ · x where x > 0, otherwise λα · (eˣ − 1), with
  /// λ ≈ 1.0507 and α ≈ 1.6733, which keep mean 0 and variance 1 (Klambauer, Unterthiner, Mayr, Hochreiter 2017).
  ///
  /// ```swift
  /// Tensor([-1, 2]).selu()  // [-1.1113, 2.1014]
  /// ```
  public func selu() -> Tensor { activated("selu", Expressions.selu, Expressions.seluGradient) }

  /// The Gaussian error linear unit x · Φ(x), Φ being the normal distribution function (Hendrycks,
  /// Gimpel 2016).
  ///
  /// ```swift
  /// Tensor([-1, 2]).gelu()  // [-0.1587, 1.9545]
  /// ```
  ///
  /// - Parameter approximation: Φ itself, or by tanh: x · (1 + tanh(√(2/π)(x + 0.044715x³))) / 2.
  public func gelu(approximation: GELUApproximation = .none) -> Tensor {
    switch approximation {
    case .none: activated("gelu", Expressions.gelu, Expressions.geluGradient)
    case .tanh: activated("gelu", Expressions.geluByTanh, Expressions.geluByTanhGradient)
    }
  }

  /// The sigmoid linear unit x · σ(x), also called Swish (Elfwing, Uchibe, Doya 2018).
  ///
  /// ```swift
  /// Tensor([-1, 2]).silu()  // [-0.2689, 1.7616]
  /// ```
  public func silu() -> Tensor { activated("silu", Expressions.silu, Expressions.siluGradient) }

  /// A smooth rectifier: ln(1 + e^(βx)) / β (Dugas, Bengio, Bélisle, Nadeau 2001).
  ///
  /// ```swift
  /// Tensor([-1, 2]).softplus()  // [0.3133, 2.1269]
  /// ```
  ///
  /// - Parameters:
  ///   - beta: β, how sharp the bend at 0 is; positive.
  ///   - threshold: Where βx exceeds it, the result is x, which it equals to the precision of
  ///     float32 from about 17 on.
  public func softplus(beta: Float = 1, threshold: Float = 20) -> Tensor {
    guard beta > 0 else { misuse("softplus: beta is \(beta), not positive") }
    return activated(
      "softplus", Expressions.softplus, Expressions.softplusGradient,
      scalars: [Double(beta), Double(threshold)])
  }

  /// x / (1 + |x|), between −1 and 1 (Bergstra, Desjardins, Lamblin, Bengio 2009).
  ///
  /// ```swift
  /// Tensor([-1, 3]).softsign()  // [-0.5, 0.75]
  /// ```
  public func softsign() -> Tensor {
    activated("softsign", Expressions.softsign, Expressions.softsignGradient)
  }

  /// A sigmoid of straight lines: min(max(x + 3, 0), 6) / 6 (Courbariaux, Bengio, David 2015, in
  /// the form of MobileNetV3); the gradient at the corners is 0.
  ///
  /// ```swift
  /// Tensor([-4, 0, 1.5]).hardsigmoid()  // [0, 0.5, 0.75]
  /// ```
  public func hardsigmoid() -> Tensor {
    activated("hardsigmoid", Expressions.hardsigmoid, Expressions.hardsigmoidGradient)
  }

  /// x · min(max(x + 3, 0), 6) / 6 (MobileNetV3, Howard and others 2019).
  ///
  /// ```swift
  /// Tensor([-4, 0, 1.5]).hardswish()  // [0, 0, 1.125]
  /// ```
  public func hardswish() -> Tensor {
    activated("hardswish", Expressions.hardswish, Expressions.hardswishGradient)
  }

  /// x between two bounds, and the nearer bound elsewhere (Collobert 2004); the gradient at the
  /// bounds is 0.
  ///
  /// ```swift
  /// Tensor([-2, 0.5, 2]).hardtanh()  // [-1, 0.5, 1]
  /// ```
  public func hardtanh(min low: Float = -1, max high: Float = 1) -> Tensor {
    bounded("hardtanh", low, high)
  }

  /// min(max(x, 0), 6) (Krizhevsky 2010); the gradient at the bounds is 0.
  ///
  /// ```swift
  /// Tensor([-2, 3, 8]).relu6()  // [0, 3, 6]
  /// ```
  public func relu6() -> Tensor { bounded("relu6", 0, 6) }

  /// x between two bounds, and the nearer bound elsewhere; NaN stays.
  ///
  /// The gradient at the bounds is 0.
  ///
  /// ```swift
  /// Tensor([-2, 3, 8]).clamp(min: 0)  // [0, 3, 8]
  /// ```
  ///
  /// - Parameters:
  ///   - low: The lower bound; without one, −∞.
  ///   - high: The upper bound; without one, ∞.
  public func clamp(min low: Float = -.infinity, max high: Float = .infinity) -> Tensor {
    bounded("clamp", low, high)
  }

  /// x where x > 0, otherwise a learned slope · x (He, Zhang, Ren, Sun 2015).
  ///
  /// ```swift
  /// Tensor([-2, 3]).prelu(Tensor([0.25]))  // [-0.5, 3]
  /// ```
  ///
  /// - Parameter slope: `[1]` for one slope, or `[channels]` for one along axis 1 of the tensor.
  public func prelu(_ slope: Tensor) -> Tensor {
    let channels = rank > 1 ? shape[1] : 1
    guard slope.rank == 1, slope.count == 1 || slope.count == channels else {
      misuse("prelu: slope \(slope.shape) for a tensor \(shape) must be [1] or [\(channels)]")
    }
    // Along axis 1 of the tensor, or along none.
    let aligned = slope.reshaped(Shape(shape.indices.map { $0 == 1 ? slope.count : 1 }))
    return prelu(aligned: aligned)
  }

  private func prelu(aligned slope: Tensor) -> Tensor {
    .result(Tensor.map("prelu", Expressions.prelu, [self, slope]), of: [self, slope]) { dy in
      [
        node.map { _ in
          Tensor.gradientFormula("prelu", Expressions.preluGradient, dy, self, slope)
        },
        slope.node.map { _ in
          Tensor.gradientFormula("prelu", Expressions.preluSlopeGradient, dy, self)
            .unbroadcast(to: slope.shape)
        },
      ]
    }
  }

  private func bounded(_ name: StaticString, _ low: Float, _ high: Float) -> Tensor {
    guard low <= high else { misuse("\(name): min \(low) exceeds max \(high)") }
    return activated(
      name, Expressions.clamp, Expressions.clampGradient, scalars: [Double(low), Double(high)])
  }

  /// Applies an expression whose gradient is an expression of the gradient and the operand.
  func activated(
    _ name: StaticString, _ expression: PointwiseExpression, _ gradient: PointwiseExpression,
    scalars: [Double] = []
  ) -> Tensor {
    .result(Tensor.map(name, expression, scalars: scalars, [self]), of: [self]) { dy in
      [Tensor.gradientFormula(name, gradient, scalars: scalars, dy, self)]
    }
  }
}

/// How `gelu` computes the normal distribution function.
public enum GELUApproximation: Sendable {
  /// By the error function, as defined.
  case none
  /// By a hyperbolic tangent, as in BERT and GPT-2.
  case tanh
}
