import Tensors

/// A two-dimensional convolution (cross-correlation), as in every framework.
///
/// From `[n, inputs, height, width]` to `[n, outputs, height, width]` with
/// ⌊(H + 2P − D(F − 1) − 1) / S⌋ + 1 along each side, for kernel size F, stride S, padding P and
/// dilation D.
///
/// ```swift
/// Conv2D(3, 96, kernel: 11, stride: 4)(.zeros([1, 3, 227, 227])).shape  // [1, 96, 55, 55]
/// ```
public struct Conv2D: Layer {
  /// `[outputs, inputs / groups, kernel height, kernel width]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  /// Stride, padding, dilation and groups.
  public let convolution: Convolution
  /// Edges of another kind or size around the images, in the place of the convolution's padding.
  public let edges: (padding: ConvolutionPadding, mode: PaddingMode)?

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
    let parameters = ConvolutionParameters(
      "Conv2D", inputs, outputs, kernel: [kernel.vertical, kernel.horizontal], groups: groups,
      bias: bias, weightInitializer, biasInitializer)
    (weight, self.bias) = (parameters.weight, parameters.bias)
    convolution = Convolution(stride: stride, padding: padding, dilation: dilation, groups: groups)
    edges = nil
  }

  /// Makes a layer that puts edges of any size and kind around its images.
  ///
  /// ```swift
  /// Conv2D(3, 8, kernel: 3, padding: .same)
  /// Conv2D(3, 8, kernel: 4, padding: .edges(Edges(top: 1, bottom: 2)), paddingMode: .reflect)
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: How many channels go in, a multiple of `groups`.
  ///   - outputs: How many channels come out, a multiple of `groups`.
  ///   - kernel: The height and width of the kernel.
  ///   - stride: How far the kernel moves between outputs.
  ///   - padding: What is put around the images.
  ///   - paddingMode: What the edges hold.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - groups: Into how many independent convolutions the channels are split.
  ///   - bias: Whether there is a bias for each output channel.
  ///   - weightInitializer: How the weight is drawn; by default as in PyTorch.
  ///   - biasInitializer: How the bias is drawn; by default as in PyTorch.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Pair, stride: Pair = 1, padding: ConvolutionPadding,
    paddingMode: PaddingMode = .zeros, dilation: Pair = 1, groups: Int = 1, bias: Bool = true,
    weightInitializer: Initializer = .fanInUniform, biasInitializer: Initializer = .fanInUniform
  ) {
    let parameters = ConvolutionParameters(
      "Conv2D", inputs, outputs, kernel: [kernel.vertical, kernel.horizontal], groups: groups,
      bias: bias, weightInitializer, biasInitializer)
    (weight, self.bias) = (parameters.weight, parameters.bias)
    convolution = Convolution(stride: stride, dilation: dilation, groups: groups)
    edges = (padding, paddingMode)
  }

  /// A depthwise layer: each channel by itself, with one or more kernels of its own.
  ///
  /// The first half of a depthwise separable convolution, whose other half is a `Conv2D` of kernel
  /// 1 (Howard et al.: MobileNets, 2017).
  ///
  /// ```swift
  /// Sequential { Conv2D.depthwise(32, kernel: 3, padding: 1); Conv2D(32, 64, kernel: 1) }
  /// ```
  ///
  /// - Parameters:
  ///   - channels: How many channels go in.
  ///   - multiplier: How many channels are made of each.
  ///   - kernel: The height and width of the kernel.
  ///   - stride: How far the kernel moves between outputs.
  ///   - padding: Rows and columns of zeros on each side of the image.
  ///   - dilation: The distance between the taps of the kernel.
  ///   - bias: Whether there is a bias for each output channel.
  public static func depthwise(
    _ channels: Int, multiplier: Int = 1, kernel: Pair, stride: Pair = 1, padding: Pair = 0,
    dilation: Pair = 1, bias: Bool = true
  ) -> Conv2D {
    Conv2D(
      channels, channels * multiplier, kernel: kernel, stride: stride, padding: padding,
      dilation: dilation, groups: channels, bias: bias)
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let weight = self.weight.value
    let output: Tensor
    if let edges {
      requireChannels(input, 4, weight, convolution.groups, "Conv2D")
      output = conv2d(
        input, weight, bias: bias?.value, convolution, padding: edges.padding, mode: edges.mode)
    } else {
      requireFit(input, weight)
      output = conv2d(input, weight, bias: bias?.value, convolution)
    }
    ShapeTrace.record(output.shape, at: .layer(weight: self.weight))
    return output
  }

  private func requireFit(_ input: Tensor, _ weight: Tensor) {
    if case .failure(let mismatch) = convolution.outputShape(
      images: input.shape, filter: weight.shape)
    {
      misuse("Conv2D: input \(input.shape) does not fit weight \(weight.shape): \(mismatch)")
    }
  }
}
