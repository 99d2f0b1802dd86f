import Tensors

/// A transposed two-dimensional convolution, which enlarges images; see `convTranspose2d`.
///
/// From `[n, inputs, height, width]` to `[n, outputs, height, width]` with
/// (H − 1)S − 2P + D(F − 1) + O + 1 along each side, for kernel size F, stride S, padding P, output
/// padding O and dilation D.
///
/// ```swift
/// ConvTranspose2D(8, 3, kernel: 4, stride: 2, padding: 1)(.zeros([1, 8, 16, 16])).shape
/// // [1, 3, 32, 32]
/// ```
public struct ConvTranspose2D: Layer {
  /// `[inputs, outputs / groups, kernel height, kernel width]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  /// Stride, padding, output padding, dilation and groups.
  public let convolution: TransposedConvolution

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many channels go in, a multiple of `groups`.
  ///   - outputs: How many channels come out, a multiple of `groups`.
  ///   - kernel: The height and width of the kernel.
  ///   - stride: How far the kernel moves in the result between neighbours of the input.
  ///   - padding: Rows and columns cut off on each side of the result.
  ///   - outputPadding: Rows added below and columns added right of the result.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - groups: Into how many independent convolutions the channels are split.
  ///   - bias: Whether there is a bias for each output channel.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Pair, stride: Pair = 1, padding: Pair = 0,
    outputPadding: Pair = 0, dilation: Pair = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    let parameters = ConvolutionParameters(
      "ConvTranspose2D", inputs, outputs, kernel: [kernel.vertical, kernel.horizontal],
      groups: groups, bias: bias, isTransposed: true, weightInitializer, biasInitializer)
    (weight, self.bias) = (parameters.weight, parameters.bias)
    convolution = TransposedConvolution(
      stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard input.rank == 4, input.shape[1] == weight.shape[0] else {
      misuse(
        "ConvTranspose2D: input \(input.shape) does not fit weight \(weight.shape); it needs 4 axes "
          + "and \(weight.shape[0]) channels")
    }
    let output = convTranspose2d(input, weight.value, bias: bias?.value, convolution)
    ShapeTrace.record(output.shape, at: .layer(weight: weight))
    return output
  }
}
