import Layers
import Tensors

/// LeNet for images `[n, 1, 28, 28]` of ten classes, in the form most courses teach: two stages of
/// convolution and max pooling, a hidden layer of 500, ReLU between.
///
/// After LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition
/// (1998), whose network has fewer channels, trainable subsampling and tanh.
public struct LeNet: Layer {
  /// From `[n, 1, 28, 28]` to `[n, 50, 4, 4]`.
  public let features = Sequential {
    Conv2D(1, 20, kernel: 5)
    ReLU()
    MaxPool2D(2)
    Conv2D(20, 50, kernel: 5)
    ReLU()
    MaxPool2D(2)
  }
  /// From there to the scores `[n, 10]`.
  public let classifier = Sequential {
    Flatten()
    Linear(800, 500)
    ReLU()
    Linear(500, 10)
  }

  /// Makes a network with weights drawn from the current random stream on the current device.
  public init() {}

  /// The scores of the classes.
  public func callAsFunction(_ images: Tensor) -> Tensor { classifier(features(images)) }
}
