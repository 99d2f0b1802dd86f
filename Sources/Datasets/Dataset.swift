import Tensors

/// Labelled images, kept on the host as bytes.
///
/// ```swift
/// let train = try Dataset.fashionMNIST(.train)
/// for batch in train.batches(of: 128, shuffledBy: 1) {
///   print(batch.images.shape, batch.labels.shape)  // [128, 1, 28, 28] and [128]
/// }
/// ```
public struct Dataset: Sendable {
  /// The parts of a data set.
  public enum Split: String, Sendable, CaseIterable {
    /// What is learnt from.
    case train
    /// What the result is judged by.
    case test
  }

  /// One image and its class.
  public struct Sample: Hashable, Sendable {
    /// The bytes of the image, channel by channel and row by row: `imageShape.count` of them.
    public let pixels: [UInt8]
    /// The number of its class, from 0.
    public let label: Int
  }

  /// The name, such as `fashion-mnist`.
  public let name: String

  /// Channels, height and width of every image.
  public let imageShape: Shape

  /// What the classes are called, in the order of their numbers.
  public let classNames: [String]

  /// How bytes become numbers when batches are made.
  public var normalization: Normalization

  /// How many samples there are.
  public private(set) var count: Int

  /// The bytes of the images one behind the other; may hold more than `count` of them.
  let pixels: [UInt8]

  /// The classes of the images; may hold more than `count` of them.
  let labels: [UInt8]

  /// Makes a data set of images in memory.
  ///
  /// - Parameters:
  ///   - name: What messages and printouts call it.
  ///   - pixels: The images one behind the other, each channel by channel and row by row.
  ///   - labels: The class of each image, below the number of class names.
  ///   - imageShape: Channels, height and width of every image.
  ///   - classNames: What the classes are called; at most 256.
  ///   - normalization: How bytes become numbers; pixel / 255 by default.
  public init(
    name: String, pixels: [UInt8], labels: [UInt8], imageShape: Shape, classNames: [String],
    normalization: Normalization = .unit
  ) {
    guard imageShape.rank == 3 else {
      misuse("Dataset: images have channels, height and width, but the shape is \(imageShape)")
    }
    guard pixels.count == labels.count * imageShape.count else {
      misuse(
        "Dataset: \(labels.count) images of \(imageShape) have "
          + "\(labels.count * imageShape.count) pixels, not \(pixels.count)")
    }
    if let label = labels.max(), Int(label) >= classNames.count {
      misuse("Dataset: the label \(label) is not below the \(classNames.count) classes")
    }
    self.name = name
    self.pixels = pixels
    self.labels = labels
    self.imageShape = imageShape
    self.classNames = classNames
    self.normalization = normalization
    count = labels.count
  }

  /// How many classes there are.
  public var classCount: Int { classNames.count }

  /// The sample of a number from 0 to `count - 1`.
  public subscript(index: Int) -> Sample {
    guard index >= 0, index < count else {
      misuse("Dataset: there is no sample \(index) among \(count)")
    }
    let size = imageShape.count
    return Sample(
      pixels: Array(pixels[index * size..<(index + 1) * size]), label: Int(labels[index]))
  }

  /// The first samples, at most that many; shares the memory of this data set.
  public func prefix(_ maximumCount: Int) -> Dataset {
    guard maximumCount >= 0 else { misuse("Dataset.prefix: \(maximumCount) is negative") }
    var result = self
    result.count = min(count, maximumCount)
    return result
  }
}

extension Dataset: CustomStringConvertible {
  /// The name and what it holds, such as `fashion-mnist: 60000 images [1, 28, 28], 10 classes`.
  public var description: String {
    "\(name): \(count) images \(imageShape), \(classCount) classes"
  }
}
