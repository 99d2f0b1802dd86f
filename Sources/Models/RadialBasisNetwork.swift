import Layers
import Tensors

/// A radial basis function network for functions of two numbers in the unit square:
/// y = W·φ(‖x − xᵢ‖) + b with φ(r) = exp(−r² / 2σ²).
///
/// From `[n, 2]` to `[n, 1]`. The centres xᵢ are drawn evenly from the square and trained with the
/// weights. Broomhead, Lowe: Multivariable Functional Interpolation and Adaptive Networks (1988).
public struct RadialBasisNetwork: Layer {
  /// The centres and the weights.
  public let basis: RadialBasis

  /// Makes a network with centres and weights drawn from the current random stream on the current
  /// device.
  ///
  /// - Parameters:
  ///   - centers: How many centres there are.
  ///   - width: σ, how far each reaches.
  public init(centers: Int = 25, width: Float = 0.2) {
    let unitSquare = Initializer { shape, _, device in
      .uniform(shape, low: 0, high: 1, device: device)
    }
    basis = RadialBasis(2, 1, centers: centers, width: width, centerInitializer: unitSquare)
  }

  /// The function.
  public func callAsFunction(_ input: Tensor) -> Tensor { basis(input) }
}
