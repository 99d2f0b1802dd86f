import Layers
import Tensors

/// AlexNet for color images `[n, 3, 224, 224]`, with the widths of torchvision's `alexnet`, whose
/// files of weights it takes.
///
/// Krizhevsky: One Weird Trick for Parallelizing Convolutional Neural Networks (2014), the form of
/// Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks
/// (NIPS 2012) for one device, without its normalization.
///
/// ```swift
/// let model = AlexNet(classes: 10)
/// let scores = model(.zeros([2, 3, 224, 224]))  // [2, 10]
/// ```
public struct AlexNet: Layer {
  /// From `[n, 3, 224, 224]` to `[n, 256, 6, 6]`.
  public let features = Sequential {
    Conv2D(3, 64, kernel: 11, stride: 4, padding: 2)
    ReLU()
    MaxPool2D(3, stride: 2)
    Conv2D(64, 192, kernel: 5, padding: 2)
    ReLU()
    MaxPool2D(3, stride: 2)
    Conv2D(192, 384, kernel: 3, padding: 1)
    ReLU()
    Conv2D(384, 256, kernel: 3, padding: 1)
    ReLU()
    Conv2D(256, 256, kernel: 3, padding: 1)
    ReLU()
    MaxPool2D(3, stride: 2)
  }
  /// Makes `[n, 256, 6, 6]` of images of other sizes too.
  public let averagePool = AdaptiveAveragePool2D(6)
  /// From `[n, 9216]` to the scores `[n, classes]`.
  public let classifier: Sequential

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - classes: How many scores come out.
  ///   - dropout: The share of the hidden units dropped in training.
  public init(classes: Int = 1000, dropout: Float = 0.5) {
    classifier = Sequential {
      Dropout(dropout)
      Linear(9216, 4096)
      ReLU()
      Dropout(dropout)
      Linear(4096, 4096)
      ReLU()
      Linear(4096, classes)
    }
  }

  /// The scores of the classes.
  public func callAsFunction(_ images: Tensor) -> Tensor {
    // Outside of the classifier, so that its layers have torchvision's numbers.
    classifier(averagePool(features(images)).reshaped([images.shape[0], 9216]))
  }
}
