import Backends

/// What normalizing subtracts and divides by, broadcastable to the input.
struct Statistics: Sendable {
  /// Nil where nothing is subtracted.
  let mean: Tensor?
  /// The mean square of what is left.
  let variance: Tensor
  /// 1 / √(variance + ε).
  let inverse: Tensor
  /// The axes of the input they were taken over; nil where they are constants.
  let axes: [Int]?

  /// The statistics of an input: two passes, so that a large mean costs no digits of the variance.
  init(
    of input: Tensor, over axes: [Int], aroundMean: Bool = true, epsilon: Float,
    _ name: StaticString
  ) {
    input.require(.float32, name)
    let input = input.stopGradient()
    mean = aroundMean ? input.mean(axes, keepingAxes: true) : nil
    let squares =
      mean.map { Tensor.map(name, Expressions.squaredDifference, [input, $0]) }
      ?? Tensor.map(name, NormalizationExpressions.square, [input])
    variance = Tensor(squares, on: input.device).mean(axes, keepingAxes: true)
    inverse = Statistics.inverseRoot(variance, epsilon, name)
    self.axes = axes
  }

  /// Given statistics.
  init(constant mean: Tensor, _ variance: Tensor, epsilon: Float, _ name: StaticString) {
    self.mean = mean.stopGradient()
    self.variance = variance.stopGradient()
    inverse = Statistics.inverseRoot(self.variance, epsilon, name)
    axes = nil
  }

  private static func inverseRoot(
    _ variance: Tensor, _ epsilon: Float, _ name: StaticString
  ) -> Tensor {
    let expression = NormalizationExpressions.inverseRoot
    let array = Tensor.map(name, expression, scalars: [Double(epsilon)], [variance])
    return Tensor(array, on: variance.device)
  }
}

/// The learned scale and shift behind normalization, broadcastable to the input.
struct Affine: Sendable {
  let weight: Tensor?
  let bias: Tensor?

  init(weight: Tensor?, bias: Tensor?) {
    self.weight = weight
    self.bias = bias
  }

  /// A scale and a shift for the last axes.
  init(_ weight: Tensor?, _ bias: Tensor?, of shape: Shape, _ name: StaticString) {
    for tensor in [weight, bias].compactMap(\.self) where tensor.shape != shape {
      misuse("\(name): weight or bias \(tensor.shape) where \(shape) is normalized over")
    }
    self.init(weight: weight, bias: bias)
  }

  /// A scale and a shift for each channel of `[n, channels, …]`.
  init(_ weight: Tensor?, _ bias: Tensor?, perChannelOf input: Tensor, _ name: StaticString) {
    requireChannels(weight, bias, input, name)
    self.init(
      weight: weight.map { channelwise($0, input) }, bias: bias.map { channelwise($0, input) })
  }
}

/// Stops the program unless an input is `[n, channels, …]`, and weight and bias `[channels]`.
func requireChannels(_ weight: Tensor?, _ bias: Tensor?, _ input: Tensor, _ name: StaticString) {
  guard input.rank >= 2 else { misuse("\(name): input \(input.shape) must be [n, channels, …]") }
  for tensor in [weight, bias].compactMap(\.self) where tensor.shape != [input.shape[1]] {
    misuse("\(name): input \(input.shape) does not fit weight or bias \(tensor.shape)")
  }
}

/// A vector with one number for each channel of `[n, channels, …]`, broadcastable to that.
func channelwise(_ vector: Tensor, _ input: Tensor) -> Tensor {
  vector.reshaped(Shape([vector.count] + Array(repeating: 1, count: input.rank - 2)))
}

/// The axes of an input that end with the shape.
func lastAxes(of input: Tensor, _ shape: Shape, _ name: StaticString) -> [Int] {
  guard shape.rank >= 1, input.rank >= shape.rank,
    Array(input.shape.suffix(shape.rank)) == Array(shape)
  else { misuse("\(name): input \(input.shape) does not end with \(shape)") }
  return Array(input.shape.indices.suffix(shape.rank))
}

/// x̂·w + b, one launch.
func normalize(
  _ input: Tensor, _ statistics: Statistics, _ affine: Affine, _ name: StaticString
) -> Tensor {
  var operands: NormalizationExpressions.Operands = []
  if statistics.mean != nil { operands.insert(.mean) }
  if affine.weight != nil { operands.insert(.weight) }
  if affine.bias != nil { operands.insert(.bias) }
  let learned = [affine.weight, affine.bias].compactMap(\.self)
  let array = Tensor.map(
    name, NormalizationExpressions.output(operands),
    [input, statistics.inverse] + [statistics.mean].compactMap(\.self) + learned)
  return .result(array, of: [input] + learned) { dy in
    let backward = NormalizationBackward(dy, input, statistics, affine.weight, name)
    return [input.node.map { _ in backward.inputGradient() }]
      + (affine.weight.map { [$0.node.map { _ in backward.weightGradient() }] } ?? [])
      + (affine.bias.map { bias in [bias.node.map { _ in backward.biasGradient(bias.shape) }] }
        ?? [])
  }
}

/// The gradients of normalization, from that by its result.
///
/// With g = dy·w: by the input w·r·(g − mean g − x̂·mean(g·x̂)), by the weight Σ dy·x̂, by the bias
/// Σ dy (Ioffe, Szegedy 2015, section 3). Where the weight has one number for each statistic, as in
/// batch normalization, the sums for the input are those for weight and bias, and are shared.
private struct NormalizationBackward {
  typealias Operands = NormalizationExpressions.Operands

  let gradient: Tensor
  let input: Tensor
  let statistics: Statistics
  let weight: Tensor?
  let name: StaticString
  /// Whether the sums over dy serve for the input as well.
  let sharesSums: Bool
  /// Σ dy over the axes of the statistics, where it serves twice.
  let sum: Tensor?
  /// Σ dy·x̂ over the axes of the statistics, where it serves twice.
  let productSum: Tensor?

  init(
    _ gradient: Tensor, _ input: Tensor, _ statistics: Statistics, _ weight: Tensor?,
    _ name: StaticString
  ) {
    self.gradient = gradient
    self.input = input
    self.statistics = statistics
    self.weight = weight
    self.name = name
    let shape = statistics.inverse.shape
    sharesSums =
      statistics.axes != nil && weight?.count == shape.count
      && weight.flatMap { Shape.broadcast($0.shape, shape) } == shape
    guard sharesSums, let axes = statistics.axes else {
      (sum, productSum) = (nil, nil)
      return
    }
    sum = statistics.mean.map { _ in gradient.sum(axes, keepingAxes: true) }
    productSum = NormalizationBackward.product(gradient, input, statistics, nil, name)
      .sum(axes, keepingAxes: true)
  }

  /// dy·x̂, or dy·w·x̂.
  private static func product(
    _ gradient: Tensor, _ input: Tensor, _ statistics: Statistics, _ weight: Tensor?,
    _ name: StaticString
  ) -> Tensor {
    var operands: Operands = statistics.mean == nil ? [] : .mean
    if weight != nil { operands.insert(.weight) }
    return .gradientFormula(
      name, NormalizationExpressions.product(operands),
      [gradient, input, statistics.inverse] + [statistics.mean, weight].compactMap(\.self))
  }

  func weightGradient() -> Tensor {
    let weight = self.weight!
    if let productSum { return productSum.reshaped(weight.shape) }
    return NormalizationBackward.product(gradient, input, statistics, nil, name)
      .unbroadcast(to: weight.shape)
  }

  func biasGradient(_ shape: Shape) -> Tensor {
    if let sum, sum.count == shape.count { return sum.reshaped(shape) }
    return gradient.unbroadcast(to: shape)
  }

  func inputGradient() -> Tensor {
    guard let axes = statistics.axes else { return constantInputGradient() }
    if let productSum {
      return inputGradient(gradient, sum: sum, productSum: productSum, weight: weight, axes)
    }
    // The weight varies along the axes of the statistics: g itself is what is summed.
    let scaled = weight.map { gradient * $0 } ?? gradient
    let product = NormalizationBackward.product(gradient, input, statistics, weight, name)
    return inputGradient(
      scaled, sum: statistics.mean.map { _ in scaled.sum(axes, keepingAxes: true) },
      productSum: product.sum(axes, keepingAxes: true), weight: nil, axes)
  }

  private func inputGradient(
    _ gradient: Tensor, sum: Tensor?, productSum: Tensor, weight: Tensor?, _ axes: [Int]
  ) -> Tensor {
    var operands: Operands = statistics.mean == nil ? [] : .mean
    if weight != nil { operands.insert(.weight) }
    let count = axes.reduce(1) { $0 * input.shape[$1] }
    return .gradientFormula(
      name, NormalizationExpressions.inputGradient(operands), scalars: [1 / Double(count)],
      [gradient, input, statistics.inverse, productSum]
        + [statistics.mean, weight, sum].compactMap(\.self))
  }

  private func constantInputGradient() -> Tensor {
    .gradientFormula(
      name, NormalizationExpressions.scaledGradient[weight == nil ? 0 : 1],
      [gradient, statistics.inverse] + [weight].compactMap(\.self))
  }
}
