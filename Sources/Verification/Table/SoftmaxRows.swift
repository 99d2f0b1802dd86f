import Backends

/// Rows for softmax, cross-entropy and their gradients.
enum SoftmaxRows {
  static let bound = Bound.sums(
    factor: 2, because: "OpenCL allows exp 3 and log 3 units, and the sum has another order")

  static func all(_ scale: Scale) -> [ConformanceRow] {
    [false, true].flatMap { logarithmic in
      let name = logarithmic ? "logarithm" : "plain"
      let shapes = shapes(scale)
      return [
        ConformanceRow(
          .softmax, "\(name)", bound,
          shapes.map { softmax($0, axis: $1, logarithmic, .uniform(-5, 5)) }),
        ConformanceRow(
          .softmax, "\(name) of large numbers", bound,
          shapes.map { softmax($0, axis: $1, logarithmic, .uniform(-30_000, 30_000)) }),
        ConformanceRow(
          .softmax, "\(name) of infinities and NaN", bound,
          shapes.map { softmax($0, axis: $1, logarithmic, .values(special)) }),
        ConformanceRow(
          .softmaxGradient, "\(name)", bound,
          shapes.map { gradient($0, axis: $1, logarithmic) }),
      ]
    } + crossEntropy(scale)
  }

  /// −∞ has no probability; +∞ and NaN leave none to the others.
  private static let special: [Float] =
    (0..<29).map { Float($0 % 5) } + [-.infinity, 1, -.infinity] + (0..<31).map { Float($0 % 3) }
    + [.infinity, 2] + (0..<37).map { Float($0 % 7) } + [.nan]

  private static func shapes(_ scale: Scale) -> [(Shape, Int)] {
    [
      ([1], 0), ([7], 0), ([5, 7], 1), ([5, 7], 0), ([3, 4, 5], 1), ([4, 1], 1), ([1, 4], 0),
      ([2, 3, 2, 3], 2), ([3, 65], 1), ([65, 3], 0), ([0, 5], 1), ([2, 0, 3], 0),
    ]
      + scale.including(
        from: .standard, [([128, 10], 1), ([3, 1025], 1), ([1025, 33], 0), ([33, 257, 9], 1)])
      + scale.including(from: .full, [([2, 70_001], 1), ([70_001], 0)])
  }

  static func softmax(
    _ shape: Shape, axis: Int, _ logarithmic: Bool, _ filling: Filling
  ) -> ConformanceCase {
    ConformanceCase(
      [.input(shape, filling), .result(shape)], detail: "axis \(axis)", terms: shape[axis]
    ) { try $0.softmax($1[0], axis: axis, logarithmic: logarithmic, to: $1[1]) }
  }

  static func gradient(_ shape: Shape, axis: Int, _ logarithmic: Bool) -> ConformanceCase {
    // Any output will do; probabilities and their logarithms have the sizes that matter.
    let output: Filling = logarithmic ? .uniform(-6, -0.1) : .uniform(0, 1)
    return ConformanceCase(
      [.input(shape, .biased), .input(shape, output), .result(shape)], detail: "axis \(axis)",
      terms: shape[axis]
    ) {
      try $0.softmaxGradient(
        $1[0], output: $1[1], axis: axis, logarithmic: logarithmic, to: $1[2])
    }
  }

  private static func crossEntropy(_ scale: Scale) -> [ConformanceRow] {
    let sizes =
      [
        (1, 1), (1, 10), (7, 10), (5, 2), (33, 3), (3, 65), (64, 10), (65, 1), (0, 10), (2, 257),
      ] + scale.including(from: .standard, [(1000, 10), (12, 1000)])
      + scale.including(from: .full, [(128, 1000), (3, 30_011)])
    let logits: [(String, Filling)] = [
      ("numbers", .uniform(-5, 5)), ("large numbers", .uniform(-30_000, 30_000)),
      ("−∞ among them", .values([1, -.infinity, 2, 0, 3])),
    ]
    return logits.flatMap { name, filling in
      [
        ConformanceRow(
          .softmaxCrossEntropy, name, bound,
          sizes.map { loss($0, $1, filling, .integers(0..<$1)) }),
        ConformanceRow(
          .softmaxCrossEntropyGradient, name, bound,
          sizes.map { lossGradient($0, $1, filling, .integers(0..<$1)) }),
      ]
    } + [
      ConformanceRow(
        .softmaxCrossEntropy, "labels that are no class", bound,
        sizes.map { loss($0, $1, .signed, noClasses(of: $1)) }),
      ConformanceRow(
        .softmaxCrossEntropyGradient, "labels that are no class", bound,
        sizes.map { lossGradient($0, $1, .signed, noClasses(of: $1)) }),
    ]
  }

  private static func noClasses(of classes: Int) -> Filling {
    .integerValues([0, Int32(classes), -1, Int32(classes - 1), .max, .min])
  }

  static func loss(
    _ rows: Int, _ classes: Int, _ logits: Filling, _ labels: Filling
  ) -> ConformanceCase {
    ConformanceCase(
      [.input([rows, classes], logits), .input([rows], labels), .result([rows])], terms: classes
    ) { try $0.softmaxCrossEntropy($1[0], labels: $1[1], to: $1[2]) }
  }

  static func lossGradient(
    _ rows: Int, _ classes: Int, _ logits: Filling, _ labels: Filling
  ) -> ConformanceCase {
    ConformanceCase(
      [
        .input([rows], .biased), .input([rows, classes], logits), .input([rows], labels),
        .result([rows, classes]),
      ], terms: classes
    ) { try $0.softmaxCrossEntropyGradient($1[0], $1[1], labels: $1[2], to: $1[3]) }
  }
}
