import Tensors

/// The bilinear layer y = x₁ᵀ · W · x₂ + b, one matrix W for each output.
///
/// From `[…, first inputs]` and `[…, second inputs]` to `[…, outputs]`.
///
/// ```swift
/// let similarity = Bilinear(64, 64, 1)
/// similarity(.zeros([5, 64]), .zeros([5, 64])).shape  // [5, 1]
/// ```
public struct Bilinear: Layer {
  /// W: `[outputs, first inputs, second inputs]`.
  public let weight: Parameter
  /// b: `[outputs]`.
  public let bias: Parameter?

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - firstInputs: How many numbers the first input has.
  ///   - secondInputs: How many numbers the second input has.
  ///   - outputs: How many numbers come out.
  ///   - bias: Whether there is a bias.
  ///   - weightInitializer: How the weight is drawn; by default, as in PyTorch, uniform between
  ///     ±1 / √(first inputs).
  ///   - biasInitializer: How the bias is drawn; by default like the weight.
  public init(
    _ firstInputs: Int, _ secondInputs: Int, _ outputs: Int, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    guard firstInputs >= 1, secondInputs >= 1, outputs >= 1 else {
      misuse(
        "Bilinear: \(firstInputs) and \(secondInputs) inputs and \(outputs) outputs; there must be "
          + "at least 1 of each")
    }
    let shape: Shape = [outputs, firstInputs, secondInputs]
    var fans = Fans(weight: shape)
    fans.fanIn = firstInputs
    weight = Parameter(weightInitializer(shape, fans))
    self.bias = bias ? Parameter(biasInitializer([outputs], fans)) : nil
  }

  /// Applies the layer to two inputs; the axes in front of the last broadcast.
  public func callAsFunction(_ first: Tensor, _ second: Tensor) -> Tensor {
    let weight = self.weight.value
    guard first.rank >= 1, second.rank >= 1, first.shape[-1] == weight.shape[1],
      second.shape[-1] == weight.shape[2]
    else {
      misuse(
        "Bilinear: inputs \(first.shape) and \(second.shape) do not fit weight \(weight.shape)")
    }
    // All products of two numbers as one long vector, so that the rest is a linear layer.
    let products = (first.expanded(at: -1) * second.expanded(at: -2)).flattened(from: -2)
    var output = matmul(products, weight.flattened(from: 1).transposed())
    if let bias { output = output + bias.value }
    ShapeTrace.record(output.shape, at: .layer(weight: self.weight))
    return output
  }

  /// Applies the layer to one input in both places: a quadratic form.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, input) }
}
