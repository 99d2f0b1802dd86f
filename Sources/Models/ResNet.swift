import Layers
import Tensors

/// A residual network for color images, as torchvision's `resnet18`, `resnet34`, `resnet50` and so on,
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
  /// What the stages consist of.
  public enum Block: Sendable {
    /// `BasicBlock`, of which the result is as wide as the stage.
    case basic
    /// `Bottleneck`, of which it is four times as wide.
    case bottleneck
  }

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
  ///   - block: What they are; `.basic` by default.
  ///   - classes: How many scores come out.
  public init(blocks: (Int, Int, Int, Int), of block: Block = .basic, classes: Int = 1000) {
    var inputs = 64
    func stage(_ width: Int, _ count: Int, stride: Int) -> Sequential {
      guard count >= 1 else {
        misuse("ResNet: \(count) blocks in a stage; there must be at least 1")
      }
      defer { inputs = width * block.expansion }
      return Sequential {
        block.make(inputs, width, stride: stride)
        for _ in 1..<count { block.make(width * block.expansion, width, stride: 1) }
      }
    }
    layer1 = stage(64, blocks.0, stride: 1)
    layer2 = stage(128, blocks.1, stride: 2)
    layer3 = stage(256, blocks.2, stride: 2)
    layer4 = stage(512, blocks.3, stride: 2)
    fc = Linear(inputs, classes)
  }

  /// The network of 18 layers.
  public static func resNet18(classes: Int = 1000) -> ResNet {
    ResNet(blocks: (2, 2, 2, 2), classes: classes)
  }

  /// The network of 34 layers.
  public static func resNet34(classes: Int = 1000) -> ResNet {
    ResNet(blocks: (3, 4, 6, 3), classes: classes)
  }

  /// The network of 50 layers.
  public static func resNet50(classes: Int = 1000) -> ResNet {
    ResNet(blocks: (3, 4, 6, 3), of: .bottleneck, classes: classes)
  }

  /// The scores of the classes, `[n, classes]`.
  public func callAsFunction(_ images: Tensor) -> Tensor {
    let first = maxPool(bn1(conv1(images)).relu())
    let last = layer4(layer3(layer2(layer1(first))))
    return fc(globalAveragePool(last).reshaped([images.shape[0], last.shape[1]]))
  }
}

extension ResNet.Block {
  /// How many times as wide as its stage the result of a block is.
  fileprivate var expansion: Int {
    switch self {
    case .basic: 1
    case .bottleneck: Bottleneck.expansion
    }
  }

  fileprivate func make(_ inputs: Int, _ width: Int, stride: Int) -> any Layer {
    switch self {
    case .basic: BasicBlock(inputs, width, stride: stride)
    case .bottleneck: Bottleneck(inputs, width, stride: stride)
    }
  }
}
