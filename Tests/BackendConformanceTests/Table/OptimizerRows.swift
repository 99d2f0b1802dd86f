import Backends

/// Rows for the optimizers' steps.
enum OptimizerRows {
  private static let bound = Bound.sums(
    because: "devices may contract products and sums, and OpenCL allows a root 3 units")

  static func all(_ scale: Scale) -> [ConformanceRow] {
    [
      sgd("plain", 0, 0, nesterov: false, scale), sgd("decay", 0, 0.1, nesterov: false, scale),
      sgd("momentum", 0.9, 0, nesterov: false, scale),
      sgd("momentum and decay", 0.9, 0.01, nesterov: false, scale),
      sgd("Nesterov", 0.9, 0, nesterov: true, scale),
      sgd("Nesterov and decay", 0.5, 0.01, nesterov: true, scale),
      adam("Adam, first step", step: 1, decay: 0, decoupled: false, scale),
      adam("Adam, step 1000", step: 1000, decay: 0, decoupled: false, scale),
      adam("Adam and decay", step: 3, decay: 0.1, decoupled: false, scale),
      adam("AdamW", step: 3, decay: 0.1, decoupled: true, scale),
      adam("AdamW without decay", step: 2, decay: 0, decoupled: true, scale),
    ]
  }

  private static func counts(_ scale: Scale) -> [Int] {
    [0, 1, 2, 3, 5, 17, 64, 255, 256, 257] + scale.including(from: .standard, [4099])
      + scale.including(from: .full, [500_009])
  }

  private static func sgd(
    _ name: String, _ momentum: Float, _ decay: Float, nesterov: Bool, _ scale: Scale
  ) -> ConformanceRow {
    let step = SGDStep(
      learningRate: 0.1, momentum: momentum, weightDecay: decay, nesterov: nesterov)
    let velocity: [Filling] = momentum == 0 ? [] : [.signed]
    return ConformanceRow(
      .sgdUpdate, name, bound,
      counts(scale).map { count in
        let operands: [Operand] =
          [.updated([count], .signed), .input([count], .signed)]
          + velocity.map { .updated([count], $0) }
        return ConformanceCase(operands) { backend, arrays in
          try backend.update(
            arrays[0], gradient: arrays[1], velocity: arrays.count > 2 ? arrays[2] : nil, step)
        }
      })
  }

  private static func adam(
    _ name: String, step: Int, decay: Float, decoupled: Bool, _ scale: Scale
  ) -> ConformanceRow {
    let step = AdamStep(
      learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: decay,
      decouplesWeightDecay: decoupled, step: step)
    return ConformanceRow(
      .adamUpdate, name, bound,
      counts(scale).map { count in
        ConformanceCase([
          .updated([count], .signed), .input([count], .signed), .updated([count], .signed),
          .updated([count], .uniform(0, 3)),
        ]) { try $0.update($1[0], gradient: $1[1], mean: $1[2], square: $1[3], step) }
      })
  }
}
