import Glibc
import Tensors

extension Dataset {
  /// Where Debian's package dataset-fashion-mnist puts its files.
  public static let fashionMNISTDirectory = "/usr/share/datasets/fashion-mnist"

  /// The classes of Fashion-MNIST.
  public static let fashionMNISTClasses = [
    "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
    "ankle boot",
  ]

  /// Fashion-MNIST: 60,000 and 10,000 pictures of clothes, 28×28, ten classes.
  ///
  /// Xiao, Rasul, Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
  /// Algorithms (2017). Pixels are normalized to mean 0 and standard deviation 1 over the training
  /// images.
  ///
  /// - Throws: `DatasetError` where the files are missing (it says how to get them) or broken.
  public static func fashionMNIST(
    _ split: Split, directory: String = fashionMNISTDirectory
  ) throws(DatasetError) -> Dataset {
    try idx(
      directory: directory, split, name: "fashion-mnist", classNames: fashionMNISTClasses,
      normalization: .fashionMNIST)
  }

  /// A data set in the format and under the file names of MNIST, each file plain or gzipped.
  ///
  /// The files are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`
  /// and `t10k-labels-idx1-ubyte`, with or without `.gz`. Only the split's two are read; where the
  /// other split's images are there too, they must have the same size.
  ///
  /// - Parameters:
  ///   - directory: Where the files are.
  ///   - split: The part to read.
  ///   - name: What messages call it; the directory by default.
  ///   - classNames: The classes; by default the digits 0 to 9.
  ///   - normalization: How bytes become numbers; pixel / 255 by default.
  /// - Throws: `DatasetError` where a file is missing or broken or does not fit the others.
  public static func idx(
    directory: String, _ split: Split, name: String? = nil,
    classNames: [String] = (0...9).map(String.init), normalization: Normalization = .unit
  ) throws(DatasetError) -> Dataset {
    let imagesPath = try existingFile(IDXNames.images(split), in: directory)
    let labelsPath = try existingFile(IDXNames.labels(split), in: directory)
    let images = try IDXFile(imagesPath, rank: 3)
    let labels = try IDXFile(labelsPath, rank: 1)
    guard labels.extents == [images.extents[0]] else {
      throw DatasetError(
        path: labelsPath,
        problem: .countMismatch(labels: labels.extents[0], images: images.extents[0]))
    }
    if let index = labels.bytes.firstIndex(where: { $0 >= classNames.count }) {
      throw DatasetError(
        path: labelsPath,
        problem: .label(Int(labels.bytes[index]), index: index, classCount: classNames.count))
    }
    let size = Array(images.extents[1...])
    try checkImageSize(size, of: imagesPath, in: directory, without: split)
    return Dataset(
      name: name ?? directory, pixels: images.bytes, labels: labels.bytes,
      imageShape: Shape([1] + size), classNames: classNames, normalization: normalization)
  }

  /// The path of a file, plain or gzipped.
  private static func existingFile(
    _ name: String, in directory: String
  ) throws(DatasetError) -> String {
    guard let path = findFile(name, in: directory) else {
      throw DatasetError(path: directory, problem: .missing(file: name))
    }
    return path
  }

  /// The first of the two names that exists, or that cannot be told, which opening it will explain.
  private static func findFile(_ name: String, in directory: String) -> String? {
    ["\(directory)/\(name)", "\(directory)/\(name).gz"].first {
      access($0, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)
    }
  }

  /// Compares with the images of the other splits, as far as these are there.
  private static func checkImageSize(
    _ size: [Int], of path: String, in directory: String, without split: Split
  ) throws(DatasetError) {
    for other in Split.allCases where other != split {
      guard let otherPath = findFile(IDXNames.images(other), in: directory) else { continue }
      let otherSize = Array(try IDXFile.extents(of: otherPath, rank: 3)[1...])
      guard size == otherSize else {
        throw DatasetError(
          path: path, problem: .imageSize(size, other: otherSize, otherPath: otherPath))
      }
    }
  }
}
