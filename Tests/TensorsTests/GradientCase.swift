import Tensors
import Testing

/// An operation whose gradient is compared with finite differences.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let shapes: [Shape]
  /// From which numbers the inputs are drawn, away from where the function has a kink.
  let domain: Domain
  let function: @Sendable ([Tensor]) -> Tensor

  /// Where inputs are drawn from.
  enum Domain {
    /// The standard normal distribution.
    case normal
    /// [0.5, 2].
    case positive
    /// ±[0.25, 1.25], away from 0.
    case awayFromZero
    /// All different, at least 0.1 apart, so that small changes reorder nothing.
    case distinct
  }

  init(
    _ name: String, _ shapes: Shape..., in domain: Domain = .normal,
    function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    testDescription = name
    self.shapes = shapes
    self.domain = domain
    self.function = function
  }

  /// The inputs, the same on every device.
  func inputs() -> [Tensor] {
    shapes.map { shape in
      switch domain {
      case .normal: .normal(shape)
      case .positive: .uniform(shape, low: 0.5, high: 2)
      case .awayFromZero:
        (Tensor.uniform(shape) + 0.25) * (Tensor.bernoulli(shape, probability: 0.5) * 2 - 1)
      case .distinct: distinct(shape)
      }
    }
  }

  private func distinct(_ shape: Shape) -> Tensor {
    // A stride coprime to the count visits each multiple of 0.1 once.
    let count = shape.count
    let stride = [7, 11, 13, 17].first { count % $0 != 0 } ?? 1
    return Tensor((0..<count).map { 0.1 * Float($0 * stride % count) - 1 }, shape: shape)
  }
}

extension GradientCase {
  static let all: [GradientCase] =
    pointwise + reductions + shaping + products + networks
    + activations + statistics + normalization + losses + shapes + convolutions + recurrent

  private static let pointwise = [
    GradientCase("add", [3, 1, 4], [2, 1]) { $0[0] + $0[1] },
    GradientCase("subtract", [3, 4], [4]) { $0[0] - $0[1] },
    GradientCase("multiply", [3, 4], [3, 1]) { $0[0] * $0[1] },
    GradientCase("divide", [3, 4], [], in: .positive) { $0[0] / $0[1] },
    GradientCase("add a number", [5]) { $0[0] + 2 },
    GradientCase("subtract a number", [5]) { $0[0] - 2 },
    GradientCase("subtract from a number", [5]) { 2 - $0[0] },
    GradientCase("multiply by a number", [5]) { $0[0] * 3 },
    GradientCase("divide by a number", [5]) { $0[0] / 3 },
    GradientCase("divide a number", [5], in: .positive) { 3 / $0[0] },
    GradientCase("negate", [5]) { -$0[0] },
    GradientCase("exp", [5]) { $0[0].exp() },
    GradientCase("log", [5], in: .positive) { $0[0].log() },
    GradientCase("sqrt", [5], in: .positive) { $0[0].sqrt() },
    GradientCase("abs", [6], in: .awayFromZero) { $0[0].abs() },
    GradientCase("sigmoid", [5]) { $0[0].sigmoid() },
    GradientCase("tanh", [5]) { $0[0].tanh() },
    GradientCase("relu", [6], in: .awayFromZero) { $0[0].relu() },
    GradientCase("leakyReLU", [6], in: .awayFromZero) { $0[0].leakyReLU(slope: 0.2) },
    GradientCase("power", [3, 4], [4], in: .positive) { $0[0].power($0[1]) },
    GradientCase("power of a number", [5], in: .positive) { $0[0].power(2.5) },
    GradientCase("maximum", [12], [12], in: .awayFromZero) { maximum($0[0], $0[1]) },
    GradientCase("minimum", [12], [1], in: .awayFromZero) { minimum($0[0], $0[1]) },
    GradientCase("where", [4], [3, 4], [3, 1], in: .awayFromZero) {
      Tensor.where($0[0] .> 0, $0[1], $0[2])
    },
  ]

  private static let reductions = [
    GradientCase("sum", [3, 4]) { $0[0].sum() },
    GradientCase("sum over axes", [2, 3, 4]) { $0[0].sum(0, 2) },
    GradientCase("mean", [3, 4]) { $0[0].mean() },
    GradientCase("mean over an axis", [2, 3, 4]) { $0[0].mean(-2, keepingAxes: true) },
    GradientCase("max", [3, 5], in: .distinct) { $0[0].max() },
    GradientCase("max over an axis", [3, 5], in: .distinct) { $0[0].max(1) },
  ]

  private static let shaping = [
    GradientCase("reshape", [3, 4]) { $0[0].reshaped([2, 6]) },
    GradientCase("permute", [2, 3, 4]) { $0[0].permuted(2, 0, 1) },
    GradientCase("permute and reshape", [2, 3, 4]) { $0[0].permuted(1, 0, 2).reshaped([6, 4]) },
    GradientCase("broadcast", [3, 1]) { $0[0].broadcast(to: [2, 3, 4]) },
    GradientCase("slice", [4, 5]) { $0[0].slice(1..<3, axis: 1) },
    GradientCase("subscript", [4, 5]) { $0[0][2] },
    GradientCase("pad", [2, 3]) { $0[0].padded(axis: -1, before: 2, after: 1, with: 5) },
    GradientCase("concatenate", [2, 3], [2, 1], [2, 2]) { concatenate($0, axis: 1) },
    GradientCase("stack", [2, 3], [2, 3]) { stack($0, axis: 1) },
  ]

  private static let products = [
    GradientCase("matmul", [3, 4], [4, 2]) { matmul($0[0], $0[1]) },
    GradientCase("matmul of vectors", [4], [4]) { matmul($0[0], $0[1]) },
    GradientCase("matmul of batches", [2, 1, 3, 4], [3, 4, 2]) { matmul($0[0], $0[1]) },
    GradientCase("matmul with a transpose", [3, 4], [2, 4]) { matmul($0[0], $0[1].transposed()) },
    GradientCase("matmul of a batch and a matrix", [2, 3, 4], [4, 2]) { matmul($0[0], $0[1]) },
  ]

  private static let networks = [
    GradientCase("conv2d", [2, 2, 5, 4], [3, 2, 3, 2], [3]) { conv2d($0[0], $0[1], bias: $0[2]) },
    GradientCase("conv2d strided, padded, dilated", [1, 2, 8, 7], [2, 2, 3, 2], [2]) {
      conv2d(
        $0[0], $0[1], bias: $0[2],
        Convolution(stride: Pair(2, 1), padding: Pair(1, 2), dilation: Pair(1, 2)))
    },
    GradientCase("conv2d in groups", [2, 4, 4, 4], [6, 2, 3, 3]) {
      conv2d($0[0], $0[1], Convolution(padding: 1, groups: 2))
    },
    GradientCase("maxPool2d", [2, 2, 5, 5], in: .distinct) {
      maxPool2d($0[0], Pooling(window: 3, stride: 2))
    },
    GradientCase("maxPool2d padded", [1, 2, 4, 5], in: .distinct) {
      maxPool2d($0[0], Pooling(window: Pair(3, 2), stride: 1, padding: 1))
    },
    GradientCase("averagePool2d", [2, 2, 5, 6]) {
      averagePool2d($0[0], Pooling(window: Pair(2, 3), stride: Pair(1, 2), padding: 1))
    },
    GradientCase("softmax", [3, 5]) { $0[0].softmax() },
    GradientCase("softmax over the first axis", [3, 5]) { $0[0].softmax(axis: 0) },
    GradientCase("logSoftmax", [3, 5]) { $0[0].logSoftmax() },
    GradientCase("softmaxCrossEntropy", [4, 5]) {
      softmaxCrossEntropy($0[0], Tensor([0, 4, 2, 2] as [Int32], device: $0[0].device))
    },
    GradientCase("gatherRows", [4, 3]) {
      $0[0].gatherRows(Tensor([3, 0, 3, 3, 1] as [Int32], device: $0[0].device))
    },
    GradientCase("dropout", [40]) { x in
      // The same place of the stream at each call, so that the mask stays.
      Random.with(RandomState(seed: 3)) { x[0].dropout(rate: 0.4) }
    },
    GradientCase("an expression using an input twice", [4]) { $0[0] * $0[0].tanh() + $0[0] },
  ]
}
