import Needletail

/// The settings that suit a kind of model, where none are given.
struct UsualSettings {
  let optimizer: OptimizerKind
  /// The highest rate with that optimizer; nil where it is the optimizer's own.
  var learningRate: Double?
  let epochs: Int
  /// How many samples a step uses; of texts, how many streams.
  let batchSize: Int
  /// What the norm of all gradients together is limited to.
  var gradientLimit: Float?
}

extension ModelCatalog.Task {
  /// The settings where none are given.
  var usualSettings: UsualSettings {
    switch self {
    case .imageClassification: UsualSettings(optimizer: .adamw, epochs: 3, batchSize: 64)
    case .binaryClassification:
      UsualSettings(optimizer: .adam, learningRate: 0.05, epochs: 5, batchSize: 4)
    case .regression:
      UsualSettings(optimizer: .adam, learningRate: 0.05, epochs: 40, batchSize: 20)
    case .nextCharacter:
      UsualSettings(
        optimizer: .adam, learningRate: 0.002, epochs: 5, batchSize: 32, gradientLimit: 1)
    }
  }
}

extension ModelCatalog {
  /// A setting of all models for the help text: each value with the models that have it.
  static func perModel(_ value: (Entry) -> String) -> String {
    groups(entries, name: \.name, value: value)
  }
}

/// Values for the help text, each with the names of those that have it; those without are left out.
func groups<Item>(
  _ items: some Sequence<Item>, name: (Item) -> String, value: (Item) -> String?
) -> String {
  var groups: [(value: String, names: [String])] = []
  for item in items {
    guard let value = value(item) else { continue }
    if let index = groups.firstIndex(where: { $0.value == value }) {
      groups[index].names.append(name(item))
    } else {
      groups.append((value, [name(item)]))
    }
  }
  return groups.map { "\($0.value) for \($0.names.joined(separator: ", "))" }
    .joined(separator: "; ")
}
