import Backends

/// Rows for the optimizers' steps.
enum OptimizerRows {
  static let bound = Bound.sums(
    because: "devices may contract products and sums, and OpenCL allows a root 3 units")

  static func all(_ scale: Scale) -> [ConformanceRow] {
    rules.map { row($0.name, $0.rule, scale) }
  }

  static let rules: [(name: String, rule: UpdateRule)] =
    [
      ("plain", sgd(0, 0)), ("decay", sgd(0, 0.1)), ("momentum", sgd(0.9, 0)),
      ("momentum and decay", sgd(0.9, 0.01)), ("Nesterov", sgd(0.9, 0, nesterov: true)),
      ("Nesterov and decay", sgd(0.5, 0.01, nesterov: true)),
      ("Adam, first step", adam(1, 0)), ("Adam, step 1000", adam(1000, 0)),
      ("Adam and decay", adam(3, 0.1)), ("AdamW", adam(3, 0.1, decoupled: true)),
      ("AdamW without decay", adam(2, 0, decoupled: true)),
      ("AMSGrad", adam(3, 0.1, amsgrad: true)),
      ("AMSGrad with AdamW", adam(3, 0.1, decoupled: true, amsgrad: true)),
    ] + adaptive + momentsOfFewSteps

  private static let adaptive: [(String, UpdateRule)] = [
    (
      "first step",
      .adagrad(
        AdagradStep(
          learningRate: 0.01, learningRateDecay: 0, epsilon: 1e-10, weightDecay: 0, step: 1))
    ),
    (
      "decays",
      .adagrad(
        AdagradStep(
          learningRate: 0.1, learningRateDecay: 0.1, epsilon: 1e-10, weightDecay: 0.1, step: 7))
    ),
    ("plain", rmsprop(0, centered: false)), ("centred", rmsprop(0, centered: true)),
    ("momentum", rmsprop(0.9, centered: false)),
    ("centred with momentum", rmsprop(0.9, centered: true)),
    (
      "plain",
      .adadelta(AdadeltaStep(learningRate: 1, rho: 0.9, epsilon: 1e-6, weightDecay: 0))
    ),
    (
      "decay",
      .adadelta(AdadeltaStep(learningRate: 0.5, rho: 0.8, epsilon: 1e-6, weightDecay: 0.1))
    ),
    ("plain", .lion(LionStep(learningRate: 1e-2, beta1: 0.9, beta2: 0.99, weightDecay: 0))),
    ("decay", .lion(LionStep(learningRate: 1e-2, beta1: 0.9, beta2: 0.99, weightDecay: 0.1))),
  ]

  private static let momentsOfFewSteps: [(String, UpdateRule)] = [1, 9].flatMap {
    step -> [(String, UpdateRule)] in
    let decay: Float = step == 1 ? 0 : 0.1
    let (beta1, beta2, epsilon): (Float, Float, Float) = (0.9, 0.999, 1e-8)
    return [
      (
        "step \(step)",
        .adamax(
          AdamaxStep(
            learningRate: 0.01, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
            step: step))
      ),
      (
        "step \(step)",
        .nadam(
          NAdamStep(
            learningRate: 0.01, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
            decouplesWeightDecay: step > 1, momentumDecay: 4e-3, momentumProduct: 0.4, step: step))
      ),
      (
        "step \(step)",
        .radam(
          RAdamStep(
            learningRate: 0.01, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay,
            decouplesWeightDecay: step > 1, step: step))
      ),
      (
        "step \(step)",
        .lamb(
          LAMBStep(
            learningRate: 0.01, beta1: beta1, beta2: beta2, epsilon: 1e-6, weightDecay: decay,
            step: step))
      ),
    ]
  }

  private static func counts(_ scale: Scale) -> [Int] {
    [0, 1, 2, 3, 5, 17, 64, 255, 256, 257] + scale.including(from: .standard, [4099])
      + scale.including(from: .full, [500_009])
  }

  private static func sgd(
    _ momentum: Float, _ decay: Float, nesterov: Bool = false
  ) -> UpdateRule {
    .sgd(
      SGDStep(learningRate: 0.1, momentum: momentum, weightDecay: decay, nesterov: nesterov))
  }

  private static func adam(
    _ step: Int, _ decay: Float, decoupled: Bool = false, amsgrad: Bool = false
  ) -> UpdateRule {
    .adam(
      AdamStep(
        learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: decay,
        decouplesWeightDecay: decoupled, amsgrad: amsgrad, step: step))
  }

  private static func rmsprop(_ momentum: Float, centered: Bool) -> UpdateRule {
    .rmsprop(
      RMSpropStep(
        learningRate: 0.01, alpha: 0.9, epsilon: 1e-8, weightDecay: 0.1, momentum: momentum,
        centered: centered))
  }

  private static func row(_ name: String, _ rule: UpdateRule, _ scale: Scale) -> ConformanceRow {
    ConformanceRow(Operation(rule), name, bound, counts(scale).map { step(rule, [$0]) })
  }

  static func step(_ rule: UpdateRule, _ shape: Shape) -> ConformanceCase {
    // LAMB's norms are sums over the whole parameter.
    let isLAMB = if case .lamb = rule { true } else { false }
    let state = rule.stateNames.map { Operand.updated(shape, filling(of: $0)) }
    return ConformanceCase(
      [.updated(shape, .signed), .input(shape, .signed)] + state, terms: isLAMB ? shape.count : 1
    ) { backend, arrays in
      try backend.update(
        arrays[0], gradient: arrays[1], state: Array(arrays.dropFirst(2)), by: rule)
    }
  }

  /// Numbers a state can hold: means of squares are not negative, and those RMSprop takes squares of
  /// means from not smaller than these.
  private static func filling(of state: String) -> Filling {
    switch state {
    case "momentum": .signed
    case "mean": .uniform(-1, 1)
    default: .uniform(1.5, 3)
    }
  }
}
