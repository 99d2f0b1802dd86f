import Layers
import Tensors

/// Two 3×3 convolutions with batch normalization, and the input added to what they give:
/// y = ReLU(x′ + BN(conv(ReLU(BN(conv(x)))))), where x′ is x, or a 1×1 convolution of it where the
/// shapes differ.
///
/// He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition (CVPR 2016), figure 5 left.
///
/// ```swift
/// let block = BasicBlock(64, 128, stride: 2)
/// let output = block(.zeros([1, 64, 8, 8]))  // [1, 128, 4, 4]
/// ```
public struct BasicBlock: Layer {
  /// The first convolution, which may halve the image.
  public let conv1: Conv2D
  /// Normalizes what it gives.
  public let bn1: BatchNorm
  /// The second convolution.
  public let conv2: Conv2D
  /// Normalizes what it gives.
  public let bn2: BatchNorm
  /// Fits the input to the output's shape; nil where it has it.
  public let downsample: Sequential?

  /// Makes a block with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many channels come in.
  ///   - outputs: How many go out.
  ///   - stride: Of the first convolution.
  public init(_ inputs: Int, _ outputs: Int, stride: Int = 1) {
    conv1 = residualConvolution(inputs, outputs, kernel: 3, stride: stride)
    bn1 = BatchNorm(outputs)
    conv2 = residualConvolution(outputs, outputs, kernel: 3)
    bn2 = BatchNorm(outputs)
    downsample = residualShortcut(inputs, outputs, stride: stride)
  }

  /// Applies the block, `[n, inputs, h, w]` to `[n, outputs, h / stride, w / stride]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let residual = bn2(conv2(bn1(conv1(input)).relu()))
    return (residual + (downsample?(input) ?? input)).relu()
  }
}

/// A 1×1 convolution to fewer channels, a 3×3 one among these, and a 1×1 one to four times as many, each
/// with batch normalization, and the input added to what they give:
/// y = ReLU(x′ + BN(conv(ReLU(BN(conv(ReLU(BN(conv(x)))))))), where x′ is x, or a 1×1 convolution of it
/// where the shapes differ.
///
/// He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition (CVPR 2016), figure 5 right; with
/// the stride in the 3×3 convolution, as torchvision has it.
///
/// ```swift
/// let block = Bottleneck(256, 128, stride: 2)
/// let output = block(.zeros([1, 256, 8, 8]))  // [1, 512, 4, 4]
/// ```
public struct Bottleneck: Layer {
  /// How many times as many channels go out as the 3×3 convolution has.
  public static let expansion = 4

  /// The first convolution, 1×1.
  public let conv1: Conv2D
  /// Normalizes what it gives.
  public let bn1: BatchNorm
  /// The second convolution, 3×3, which may halve the image.
  public let conv2: Conv2D
  /// Normalizes what it gives.
  public let bn2: BatchNorm
  /// The third convolution, 1×1.
  public let conv3: Conv2D
  /// Normalizes what it gives.
  public let bn3: BatchNorm
  /// Fits the input to the output's shape; nil where it has it.
  public let downsample: Sequential?

  /// Makes a block with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many channels come in.
  ///   - width: How many the 3×3 convolution has; four times as many go out.
  ///   - stride: Of the 3×3 convolution.
  public init(_ inputs: Int, _ width: Int, stride: Int = 1) {
    let outputs = width * Self.expansion
    conv1 = residualConvolution(inputs, width, kernel: 1)
    bn1 = BatchNorm(width)
    conv2 = residualConvolution(width, width, kernel: 3, stride: stride)
    bn2 = BatchNorm(width)
    conv3 = residualConvolution(width, outputs, kernel: 1)
    bn3 = BatchNorm(outputs)
    downsample = residualShortcut(inputs, outputs, stride: stride)
  }

  /// Applies the block, `[n, inputs, h, w]` to `[n, 4 · width, h / stride, w / stride]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let inner = bn2(conv2(bn1(conv1(input)).relu())).relu()
    return (bn3(conv3(inner)) + (downsample?(input) ?? input)).relu()
  }
}

/// A convolution without a bias, which keeps the image's size but for the stride.
private func residualConvolution(
  _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1
) -> Conv2D {
  Conv2D(
    inputs, outputs, kernel: Pair(kernel, kernel), stride: Pair(stride, stride),
    padding: Pair(kernel / 2, kernel / 2), bias: false, weightInitializer: .heNormal)
}

/// What fits a block's input to its output; nil where both have the same shape.
private func residualShortcut(_ inputs: Int, _ outputs: Int, stride: Int) -> Sequential? {
  if stride == 1 && inputs == outputs { return nil }
  return Sequential {
    residualConvolution(inputs, outputs, kernel: 1, stride: stride)
    BatchNorm(outputs)
  }
}
