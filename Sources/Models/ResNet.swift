import Layers
import Tensors

/// A residual network of basic blocks for color images, as torchvision's `resnet18` and `resnet34`,
/// whose files of weights it takes.
///
/// A 7×7 convolution and pooling, four stages of blocks, the second to the fourth each halving the
/// image and doubling the width, the mean of each channel, and a linear layer. He, Zhang, Ren, Sun:
/// Deep Residual Learning for Image Recognition (CVPR 2016).
///
/// ```swift
/// let model = ResNet.resNet18(classes: 10)
/// let scores = model(.zeros([2, 3, 64, 64]))  // [2, 10]
/// ```
public struct ResNet: Layer {
  /// The first convolution, `[n, 3, h, w]` to `[n, 64, h / 2, w / 2]`.
  public let conv1 = Conv2D(
    3, 64, kernel: 7, stride: 2, padding: 3, bias: false, weightInitializer: .heNormal)
  /// Normalizes what it gives.
  public let bn1 = BatchNorm(64)
  /// Halves the image once more.
  public let maxPool = MaxPool2D(3, stride: 2, padding: 1)
  /// The first stage, of width 64.
  public let layer1: Sequential
  /// The second stage, of width 128.
  public let layer2: Sequential
  /// The third stage, of width 256.
  public let layer3: Sequential
  /// The fourth stage, of width 512.
  public let layer4: Sequential
  /// From the means of the channels to the scores.
  public let fc: Linear

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - blocks: How many blocks each of the four stages has.
  ///   - classes: How many scores come out.
  public init(blocks: (Int, Int, Int, Int), classes: Int = 1000) {
    layer1 = Self.stage(64, 64, blocks: blocks.0, stride: 1)
    layer2 = Self.stage(64, 128, blocks: blocks.1, stride: 2)
    layer3 = Self.stage(128, 256, blocks: blocks.2, stride: 2)
    layer4 = Self.stage(256, 512, blocks: blocks.3, stride: 2)
    fc = Linear(512, classes)
  }

  /// The network of 18 layers.
  public static func resNet18(classes: Int = 1000) -> ResNet {
    ResNet(blocks: (2, 2, 2, 2), classes: classes)
  }

  /// The network of 34 layers.
  public static func resNet34(classes: Int = 1000) -> ResNet {
    ResNet(blocks: (3, 4, 6, 3), classes: classes)
  }

  private static func stage(
    _ inputs: Int, _ outputs: Int, blocks: Int, stride: Int
  ) -> Sequential {
    guard blocks >= 1 else {
      misuse("ResNet: \(blocks) blocks in a stage; there must be at least 1")
    }
    return Sequential {
      BasicBlock(inputs, outputs, stride: stride)
      for _ in 1..<blocks { BasicBlock(outputs, outputs) }
    }
  }

  /// The scores of the classes, `[n, classes]`.
  public func callAsFunction(_ images: Tensor) -> Tensor {
    let first = maxPool(bn1(conv1(images)).relu())
    let last = layer4(layer3(layer2(layer1(first))))
    return fc(globalAveragePool(last).reshaped([images.shape[0], 512]))
  }
}

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
    func convolution(_ inputs: Int, stride: Int) -> Conv2D {
      Conv2D(
        inputs, outputs, kernel: 3, stride: Pair(stride, stride), padding: 1, bias: false,
        weightInitializer: .heNormal)
    }
    conv1 = convolution(inputs, stride: stride)
    bn1 = BatchNorm(outputs)
    conv2 = convolution(outputs, stride: 1)
    bn2 = BatchNorm(outputs)
    downsample =
      stride == 1 && inputs == outputs
      ? nil
      : Sequential {
        Conv2D(
          inputs, outputs, kernel: 1, stride: Pair(stride, stride), bias: false,
          weightInitializer: .heNormal)
        BatchNorm(outputs)
      }
  }

  /// Applies the block, `[n, inputs, h, w]` to `[n, outputs, h / stride, w / stride]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let residual = bn2(conv2(bn1(conv1(input)).relu()))
    return (residual + (downsample?(input) ?? input)).relu()
  }
}
