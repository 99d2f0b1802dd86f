import Tensors

/// How a pixel becomes a number: (pixel / 255 − mean) / standard deviation.
///
/// What torchvision's `ToTensor` followed by `Normalize` computes, in the same single-precision
/// steps.
public struct Normalization: Hashable, Sendable, Codable {
  /// What is subtracted from pixel / 255.
  public var mean: Float
  /// What the difference is divided by.
  public var standardDeviation: Float

  /// Pixel / 255: numbers from 0 to 1.
  public static let unit = Normalization(mean: 0, standardDeviation: 1)

  /// Mean and standard deviation of Fashion-MNIST's 60,000 training images.
  public static let fashionMNIST = Normalization(mean: 0.2860, standardDeviation: 0.3530)

  /// Makes a normalization; the standard deviation must be above 0.
  public init(mean: Float, standardDeviation: Float) {
    guard standardDeviation > 0 else {
      misuse("Normalization: the standard deviation \(standardDeviation) is not above 0")
    }
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The number of each of the 256 pixel values.
  var table: [Float] {
    (0...255).map { (Float($0) / 255 - mean) / standardDeviation }
  }
}
