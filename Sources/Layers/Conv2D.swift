import Tensors

/// A two-dimensional convolution (cross-correlation), as in every framework.
///
/// From `[n, inputs, height, width]` to `[n, outputs, height, width]` with
/// ⌊(H + 2P − D(F − 1) − 1) / S⌋ + 1 along each side, for kernel size F, stride S, padding P and
/// dilation D.
public struct Conv2D: Layer {
  /// `[outputs, inputs / groups, kernel height, kernel width]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  /// Stride, padding, dilation and groups.
  public let convolution: Convolution

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many channels go in, a multiple of `groups`.
  ///   - outputs: How many channels come out, a multiple of `groups`.
  ///   - kernel: The height and width of the kernel.
  ///   - stride: How far the kernel moves between outputs.
  ///   - padding: Rows and columns of zeros on each side of the image.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - groups: Into how many independent convolutions the channels are split.
  ///   - bias: Whether there is a bias for each output channel.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Pair, stride: Pair = 1, padding: Pair = 0,
    dilation: Pair = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    guard groups >= 1, inputs >= 1, outputs >= 1, inputs % groups == 0, outputs % groups == 0 else {
      misuse(
        "Conv2D: \(inputs) input and \(outputs) output channels must be positive multiples of "
          + "\(groups) group(s)")
    }
    guard kernel.vertical >= 1, kernel.horizontal >= 1 else {
      misuse("Conv2D: kernel \(kernel) must be at least 1×1")
    }
    let shape: Shape = [outputs, inputs / groups, kernel.vertical, kernel.horizontal]
    let fans = Fans(weight: shape)
    weight = Parameter(weightInitializer(shape, fans))
    self.bias = bias ? Parameter(biasInitializer([outputs], fans)) : nil
    convolution = Convolution(stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let weight = self.weight.value
    if case .failure(let mismatch) = convolution.outputShape(
      images: input.shape, filter: weight.shape)
    {
      misuse("Conv2D: input \(input.shape) does not fit weight \(weight.shape): \(mismatch)")
    }
    let output = conv2d(input, weight, bias: bias?.value, convolution)
    ShapeTrace.record(output.shape, at: .layer(weight: self.weight))
    return output
  }
}
