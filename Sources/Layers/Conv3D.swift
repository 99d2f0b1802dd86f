import Tensors

/// A three-dimensional convolution (cross-correlation), of volumes or films.
///
/// From `[n, inputs, depth, height, width]` to `[n, outputs, depth, height, width]` with
/// ⌊(H + 2P − D(F − 1) − 1) / S⌋ + 1 along each side, for kernel size F, stride S, padding P and
/// dilation D.
///
/// ```swift
/// Conv3D(1, 8, kernel: 3, padding: 1)(.zeros([2, 1, 5, 6, 7])).shape  // [2, 8, 5, 6, 7]
/// ```
public struct Conv3D: Layer {
  /// `[outputs, inputs / groups, kernel depth, kernel height, kernel width]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  /// Stride, padding, dilation and groups.
  public let convolution: Convolution3D

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many channels go in, a multiple of `groups`.
  ///   - outputs: How many channels come out, a multiple of `groups`.
  ///   - kernel: The depth, height and width of the kernel.
  ///   - stride: How far the kernel moves between outputs.
  ///   - padding: Zeros on each side of the volume.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - groups: Into how many independent convolutions the channels are split.
  ///   - bias: Whether there is a bias for each output channel.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Triple, stride: Triple = 1, padding: Triple = 0,
    dilation: Triple = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    let parameters = ConvolutionParameters(
      "Conv3D", inputs, outputs,
      kernel: [kernel.depth, kernel.plane.vertical, kernel.plane.horizontal], groups: groups,
      bias: bias, weightInitializer, biasInitializer)
    (weight, self.bias) = (parameters.weight, parameters.bias)
    convolution = Convolution3D(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireChannels(input, 5, weight.value, convolution.groups, "Conv3D")
    let output = conv3d(input, weight.value, bias: bias?.value, convolution)
    ShapeTrace.record(output.shape, at: .layer(weight: weight))
    return output
  }
}
