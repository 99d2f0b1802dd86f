import Glibc
import Needletail

/// The data that a model can learn from.
struct SuitableData {
  /// The data that have a name, the usual ones first.
  let names: [String]
  /// What a path may lead to; nil where only names will do.
  var path: String?

  /// The data where none are given.
  var usual: String { names[0] }

  /// In words, such as `'fashion-mnist', 'synthetic', or a directory with …`.
  var description: String {
    names.map { "'\($0)'" }.joined(separator: ", ") + (path.map { ", or \($0)" } ?? "")
  }

  /// Checks that a source is a name of these data, or a path of something where that will do.
  ///
  /// - Parameter model: The name of the model, for messages.
  /// - Throws: `UsageError` where it is neither.
  func check(_ source: String, for model: String) throws {
    if names.contains(source) || path != nil && access(source, F_OK) == 0 { return }
    let suggestion = nearest(to: source, in: names).map { ". Did you mean '\($0)'?" } ?? ""
    throw UsageError(
      "There are no data '\(source)' for \(model), which takes \(description)\(suggestion)")
  }
}

extension ModelCatalog.Entry {
  /// The data that the model can learn from.
  var suitableData: SuitableData {
    switch task {
    case .imageClassification:
      SuitableData(
        names: ["fashion-mnist", "synthetic"], path: "a directory with the four files of MNIST")
    case .binaryClassification: SuitableData(names: tables { $0.isBinary })
    case .regression: SuitableData(names: tables { !$0.isBinary })
    case .nextCharacter: SuitableData(names: [NextCharacter.inventedText], path: "a text file")
    }
  }

  /// The tables of a kind that fit the model's inputs; first the one of its own name, if any.
  private func tables(where isOfKind: (TableDataset.Source) -> Bool) -> [String] {
    let names = TableDataset.Source.allCases
      .filter { isOfKind($0) && inputShape == [$0.inputCount] }.map(\.rawValue)
    return names.filter { $0 == name } + names.filter { $0 != name }
  }
}
