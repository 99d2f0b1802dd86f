import Tensors

extension Dataset {
  /// The data set that a command line names.
  ///
  /// - Parameters:
  ///   - source: `fashion-mnist`, where Debian's package puts it; `synthetic`; or a directory with
  ///     files of the format and names of MNIST.
  ///   - split: The part to read.
  ///   - seed: What `synthetic` is made from; by default the seed of the enclosing `withDevice`.
  /// - Throws: `DatasetError` where files are missing or broken.
  public static func named(
    _ source: String, _ split: Split, seed: UInt64 = Random.current.seed
  ) throws(DatasetError) -> Dataset {
    switch source {
    case "fashion-mnist": try fashionMNIST(split)
    case "synthetic": synthetic(split, seed: seed)
    default: try idx(directory: source, split)
    }
  }
}
