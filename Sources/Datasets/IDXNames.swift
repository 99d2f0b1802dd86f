/// The names of the four files of MNIST and of the data sets that took over its format.
enum IDXNames {
  static func images(_ split: Dataset.Split) -> String { prefix(split) + "-images-idx3-ubyte" }

  static func labels(_ split: Dataset.Split) -> String { prefix(split) + "-labels-idx1-ubyte" }

  /// All four, for messages.
  static var listing: String {
    let names = Dataset.Split.allCases.flatMap { [images($0), labels($0)] }
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  private static func prefix(_ split: Dataset.Split) -> String {
    switch split {
    case .train: "train"
    case .test: "t10k"
    }
  }
}
