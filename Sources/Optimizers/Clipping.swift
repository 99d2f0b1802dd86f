import Layers
import Tensors

/// Gradients kept from exploding, on their device and without waiting for it.
///
/// ```swift
/// optimizer.update(gradients.clipped(toGlobalNorm: 1))
/// ```
///
/// Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks (ICML 2013).
extension Gradients {
  /// Each element between −limit and limit; PyTorch's `clip_grad_value_`.
  ///
  /// ```swift
  /// optimizer.update(gradients.clipped(toValue: 0.5))
  /// ```
  public func clipped(toValue limit: Float) -> Gradients {
    requireLimit(limit, "clipped(toValue:)")
    return map { gradient in
      let device = gradient.device
      return minimum(
        maximum(gradient, Tensor(-limit, device: device)), Tensor(limit, device: device))
    }
  }

  /// Each parameter's gradient g times min(1, limit / (‖g‖ + 10⁻⁶)); PyTorch's `clip_grad_norm_` on
  /// one parameter after the other.
  ///
  /// ```swift
  /// optimizer.update(gradients.clipped(toNorm: 1))
  /// ```
  public func clipped(toNorm limit: Float) -> Gradients {
    requireLimit(limit, "clipped(toNorm:)")
    return map { $0 * Self.factor(norm: ($0 * $0).sum().sqrt(), limit: limit) }
  }

  /// All gradients times min(1, limit / (n + 10⁻⁶)), with n the norm of all of them together;
  /// PyTorch's `clip_grad_norm_`.
  public func clipped(toGlobalNorm limit: Float) -> Gradients {
    requireLimit(limit, "clipped(toGlobalNorm:)")
    guard let norm = globalNorm else { return self }
    let factor = Self.factor(norm: norm, limit: limit)
    return map { $0 * factor }
  }

  /// The Euclidean norm of all gradients together, float32 `[]` on their device; nil where there
  /// are none.
  public var globalNorm: Tensor? {
    guard let first = tensors.first else { return nil }
    let squares = tensors.dropFirst().reduce((first * first).sum()) { $0 + ($1 * $1).sum() }
    return squares.sqrt()
  }

  /// Keeps the quotient finite, as PyTorch does it.
  private static let smallest: Float = 1e-6

  private static func factor(norm: Tensor, limit: Float) -> Tensor {
    let one = Tensor(1, device: norm.device)
    return minimum(limit / (norm + smallest), one)
  }

  private func requireLimit(_ limit: Float, _ name: String) {
    require(limit, "Gradients.\(name): the limit", in: 0..<Float.infinity)
  }
}
