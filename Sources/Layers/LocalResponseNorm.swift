import Tensors

/// Local response normalization along the channels, as in AlexNet:
/// y[c] = x[c] / (k + α / size · Σ x[c′]²)^β over the channels around c; see
/// `localResponseNormalization`.
///
/// ```swift
/// Sequential { Conv2D(3, 96, kernel: 11, stride: 4); ReLU(); LocalResponseNorm(5, k: 2) }
/// ```
public struct LocalResponseNorm: Layer {
  /// How many channels are summed over.
  public let size: Int
  /// α.
  public let alpha: Float
  /// β.
  public let beta: Float
  /// The constant that keeps the divisor from 0.
  public let k: Float

  /// Makes a layer; the defaults are PyTorch's.
  ///
  /// AlexNet has size 5, α = 5 · 10⁻⁴ (10⁻⁴ in the paper, which does not divide by the size),
  /// β = 0.75 and k = 2.
  public init(_ size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1) {
    (self.size, self.alpha, self.beta, self.k) = (size, alpha, beta, k)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    localResponseNormalization(input, size: size, alpha: alpha, beta: beta, k: k)
  }
}
