import Glibc
import Needletail

/// What the option `--data` names.
enum DataSource {
  /// The data sets that have a name.
  static let names = ["fashion-mnist", "synthetic"]

  /// Reads a part of the data set, for a model.
  ///
  /// - Parameter seed: What synthetic data are made from.
  static func load(
    _ source: String, _ split: Dataset.Split, for model: ModelCatalog.Entry, seed: UInt64
  ) throws -> Dataset {
    guard names.contains(source) || access(source, F_OK) == 0 else {
      let suggestion = nearest(to: source, in: names).map { ". Did you mean '\($0)'?" } ?? ""
      throw UsageError(
        "There is neither a data set nor a directory '\(source)': expected "
          + "\(names.joined(separator: ", ")) or a directory with the files of MNIST\(suggestion)")
    }
    let dataset = try Dataset.named(source, split, seed: seed)
    guard dataset.imageShape == model.inputShape, dataset.classCount == model.classCount else {
      throw CommandError(
        """
        \(source): these are images \(dataset.imageShape) of \(dataset.classCount) classes, but \
        \(model.name) takes images \(model.inputShape) of \(model.classCount); choose other data \
        or another model
        """)
    }
    return dataset
  }
}
