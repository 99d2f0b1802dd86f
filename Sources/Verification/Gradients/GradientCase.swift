import Backends
import Tensors

/// A function of tensors that is compared with the reference's, and its gradient with finite
/// differences.
package struct GradientCase: Sendable {
  /// The operation, such as `conv2d`.
  let operation: String
  /// The use, such as `in groups`.
  let use: String
  /// The shapes of the inputs, for each case.
  let shapes: [[Shape]]
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

  /// A function of inputs of the shapes, and of each of further lists of shapes.
  init(
    _ operation: String, use: String = "default", _ shapes: Shape..., also others: [[Shape]] = [],
    in domain: Domain = .normal, function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.init(operation, use: use, over: [shapes] + others, in: domain, function: function)
  }

  /// A function of inputs of each of some lists of shapes.
  init(
    _ operation: String, use: String = "default", over shapes: [[Shape]],
    in domain: Domain = .normal, function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.operation = operation
    self.use = use
    self.shapes = shapes
    self.domain = domain
    self.function = function
  }

  /// The inputs of a case, on the current device.
  func inputs(ofCase index: Int) -> [Tensor] {
    shapes[index].map { shape in
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
  /// Every function of tensors.
  package static let all: [GradientCase] =
    pointwise + reductions + shaping + products + networks
    + activations + statistics + normalization + losses + shapes + convolutions + recurrent
}
