import Layers
import Tensors

/// A network of the VGG style: stages of 3×3 convolutions with ReLU, each halved by max pooling, and
/// linear layers.
///
/// Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition (ICLR
/// 2015). Their hidden linear layers, with dropout, are usually left out for small images.
///
/// ```swift
/// let model = VGG([[64, 64], [128, 128], [256, 256]], imageSize: 32, classes: 10)
/// let scores = model(.zeros([2, 3, 32, 32]))  // [2, 10]
/// ```
public struct VGG: Layer {
  /// From the images to `[n, last width, size / 2^stages, size / 2^stages]`.
  public let features: Sequential
  /// From there to the scores `[n, classes]`.
  public let classifier: Sequential

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - stages: The widths of the convolutions of each stage; at least one stage, none empty.
  ///   - channels: Of the images.
  ///   - imageSize: The height and the width of the images, halved by each stage without a rest.
  ///   - hidden: The widths of hidden linear layers, each followed by ReLU and dropout; by default none.
  ///   - classes: How many scores come out.
  public init(
    _ stages: [[Int]], channels: Int = 3, imageSize: Int, hidden: [Int] = [], classes: Int
  ) {
    let shrinking = 1 << stages.count
    guard let width = stages.last?.last, stages.allSatisfy({ !$0.isEmpty }) else {
      misuse("VGG: stages \(stages); there must be at least one, and none empty")
    }
    guard imageSize >= shrinking, imageSize % shrinking == 0 else {
      misuse("VGG: images of size \(imageSize) cannot be halved \(stages.count) times")
    }
    features = Sequential {
      for (inputs, stage) in zip([channels] + stages.compactMap(\.last), stages) {
        for (inputs, outputs) in zip([inputs] + stage, stage) {
          Conv2D(inputs, outputs, kernel: 3, padding: 1)
          ReLU()
        }
        MaxPool2D(2)
      }
    }
    let side = imageSize / shrinking
    let widths = [width * side * side] + hidden
    classifier = Sequential {
      Flatten()
      for (inputs, outputs) in zip(widths, hidden) {
        Linear(inputs, outputs)
        ReLU()
        Dropout(0.5)
      }
      Linear(widths[widths.count - 1], classes)
    }
  }

  /// The network of 16 layers with weights, configuration D of the paper, for images of 224 × 224.
  public static func vgg16(classes: Int = 1000) -> VGG {
    let stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]
    return VGG(stages, imageSize: 224, hidden: [4096, 4096], classes: classes)
  }

  /// The scores of the classes.
  public func callAsFunction(_ images: Tensor) -> Tensor { classifier(features(images)) }
}
