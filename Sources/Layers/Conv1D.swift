import Tensors

/// A one-dimensional convolution (cross-correlation), of sequences.
///
/// From `[n, inputs, length]` to `[n, outputs, ⌊(L + 2P − D(F − 1) − 1) / S⌋ + 1]` for kernel size
/// F, stride S, padding P and dilation D.
///
/// ```swift
/// Conv1D(16, 33, kernel: 3, stride: 2)(.zeros([20, 16, 50])).shape  // [20, 33, 24]
/// ```
public struct Conv1D: Layer {
  /// `[outputs, inputs / groups, kernel]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  /// How far the kernel moves between outputs.
  public let stride: Int
  /// What is put before and behind the sequences, as left and right edge.
  public let padding: ConvolutionPadding
  /// What the edges hold.
  public let paddingMode: PaddingMode
  /// The distance between the taps of the kernel.
  public let dilation: Int
  /// Into how many independent convolutions the channels are split.
  public let groups: Int

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many channels go in, a multiple of `groups`.
  ///   - outputs: How many channels come out, a multiple of `groups`.
  ///   - kernel: The length of the kernel.
  ///   - stride: How far the kernel moves between outputs.
  ///   - padding: Elements added on each side.
  ///   - paddingMode: What they are.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - groups: Into how many independent convolutions the channels are split.
  ///   - bias: Whether there is a bias for each output channel.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    paddingMode: PaddingMode = .zeros, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    self.init(
      inputs, outputs, kernel: kernel, stride: stride,
      padding: .edges(Edges(left: padding, right: padding)), paddingMode: paddingMode,
      dilation: dilation, groups: groups, bias: bias, weightInitializer: weightInitializer,
      biasInitializer: biasInitializer)
  }

  /// Makes a layer that puts edges of any size and kind around its sequences, such as `.same`.
  ///
  /// - Parameters:
  ///   - inputs: How many channels go in, a multiple of `groups`.
  ///   - outputs: How many channels come out, a multiple of `groups`.
  ///   - kernel: The length of the kernel.
  ///   - stride: How far the kernel moves between outputs.
  ///   - padding: What is put before and behind the sequences, as left and right edge.
  ///   - paddingMode: What the edges hold.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - groups: Into how many independent convolutions the channels are split.
  ///   - bias: Whether there is a bias for each output channel.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: ConvolutionPadding,
    paddingMode: PaddingMode = .zeros, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    let parameters = ConvolutionParameters(
      "Conv1D", inputs, outputs, kernel: [kernel], groups: groups, bias: bias, weightInitializer,
      biasInitializer)
    (weight, self.bias) = (parameters.weight, parameters.bias)
    (self.stride, self.dilation, self.groups) = (stride, dilation, groups)
    (self.padding, self.paddingMode) = (padding, paddingMode)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireChannels(input, 3, weight.value, groups, "Conv1D")
    let output = conv1d(
      input, weight.value, bias: bias?.value, stride: stride, padding: padding, mode: paddingMode,
      dilation: dilation, groups: groups)
    ShapeTrace.record(output.shape, at: .layer(weight: weight))
    return output
  }
}
