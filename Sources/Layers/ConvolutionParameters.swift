import Tensors

/// Weight and bias of a convolution of any number of axes, drawn as the layer asks.
struct ConvolutionParameters {
  /// `[outputs, inputs / groups, kernel…]`; transposed, `[inputs, outputs / groups, kernel…]`.
  let weight: Parameter
  /// `[outputs]`.
  let bias: Parameter?

  init(
    _ name: StaticString, _ inputs: Int, _ outputs: Int, kernel: [Int], groups: Int, bias: Bool,
    isTransposed: Bool = false, _ weightInitializer: Initializer, _ biasInitializer: Initializer
  ) {
    guard groups >= 1, inputs >= 1, outputs >= 1, inputs % groups == 0, outputs % groups == 0 else {
      misuse(
        "\(name): \(inputs) input and \(outputs) output channels must be positive multiples of "
          + "\(groups) group(s)")
    }
    guard kernel.allSatisfy({ $0 >= 1 }) else {
      let sizes = kernel.map(String.init).joined(separator: "×")
      misuse("\(name): kernel \(sizes) must be at least 1 along each side")
    }
    let channels = isTransposed ? [inputs, outputs / groups] : [outputs, inputs / groups]
    let shape = Shape(channels + kernel)
    let fans = Fans(weight: shape)
    weight = Parameter(weightInitializer(shape, fans))
    self.bias = bias ? Parameter(biasInitializer([outputs], fans)) : nil
  }
}

/// Stops where an input has not the axes or the channels that a convolution's weight needs.
func requireChannels(
  _ input: Tensor, _ rank: Int, _ weight: Tensor, _ groups: Int, _ name: StaticString
) {
  guard input.rank == rank, input.shape[1] == weight.shape[1] * groups else {
    misuse(
      "\(name): input \(input.shape) does not fit weight \(weight.shape) in \(groups) group(s); it "
        + "needs \(rank) axes and \(weight.shape[1] * groups) channels")
  }
}
