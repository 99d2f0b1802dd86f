import Tensors

/// The fully connected layer y = x · Wᵀ + b.
///
/// From `[…, inputs]` to `[…, outputs]`.
///
/// ```swift
/// let layer = Linear(784, 10)
/// layer(.zeros([32, 784])).shape  // [32, 10]
/// layer.weight.value.shape  // [10, 784]
/// ```
public struct Linear: Layer {
  /// W: `[outputs, inputs]`.
  public let weight: Parameter
  /// b: `[outputs]`.
  public let bias: Parameter?

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in.
  ///   - outputs: How many numbers come out.
  ///   - bias: Whether there is a bias.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    guard inputs >= 0, outputs >= 0 else {
      misuse("Linear: \(inputs) inputs and \(outputs) outputs; neither can be negative")
    }
    let shape: Shape = [outputs, inputs]
    let fans = Fans(weight: shape)
    weight = Parameter(weightInitializer(shape, fans))
    self.bias = bias ? Parameter(biasInitializer([outputs], fans)) : nil
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let weight = self.weight.value
    guard input.rank >= 1, input.shape[-1] == weight.shape[1] else {
      misuse(
        "Linear: input \(input.shape) does not fit weight \(weight.shape), which takes "
          + "\(weight.shape[1]) numbers along the last axis")
    }
    var output = matmul(input, weight.transposed())
    if let bias { output = output + bias.value }
    ShapeTrace.record(output.shape, at: .layer(weight: self.weight))
    return output
  }
}
