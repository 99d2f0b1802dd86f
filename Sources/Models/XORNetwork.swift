import Layers
import Tensors

/// A network that can learn XOR, which no single perceptron can: o = w·tanh(V·x + a) + b.
///
/// From `[n, 2]` to the logit of a 1, `[n, 1]`. Two hidden units would do, as XOR is AND of NAND and
/// OR, but from some initial weights they do not get there (Blum: Approximation of Boolean Functions
/// by Sigmoidal Networks, 1989); there are eight. Rumelhart, Hinton, Williams: Learning Internal
/// Representations by Error Propagation (1986).
public struct XORNetwork: Layer {
  /// From the two inputs to the logit.
  public let layers = Sequential {
    Linear(2, 8)
    Tanh()
    Linear(8, 1)
  }

  /// Makes a network with weights drawn from the current random stream on the current device.
  public init() {}

  /// The logit of a 1.
  public func callAsFunction(_ input: Tensor) -> Tensor { layers(input) }
}
