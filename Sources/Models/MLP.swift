import Layers
import Tensors

/// The multilayer perceptron: fully connected layers with ReLU between them.
///
/// Samples of any shape are flattened first.
public struct MLP: Layer {
  /// Flatten, then linear layers and rectifiers in turn.
  public let layers: Sequential

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameter widths: How many numbers go in, how many each hidden layer has, and how many come
  ///   out; at least two.
  public init(_ widths: [Int] = [784, 256, 128, 10]) {
    guard widths.count >= 2 else {
      misuse("MLP: widths \(widths); needs those of the input and of the output at least")
    }
    layers = Sequential {
      Flatten()
      for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
        if index > 0 { ReLU() }
        Linear(inputs, outputs)
      }
    }
  }

  /// The scores, `[n, outputs]`.
  public func callAsFunction(_ input: Tensor) -> Tensor { layers(input) }
}
