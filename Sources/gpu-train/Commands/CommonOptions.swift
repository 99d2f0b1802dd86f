import Needletail

/// Options that mean the same in several commands.
enum CommonOptions {
  static let device = Option(
    "device", .text(), default: "auto",
    help: """
      Where to compute: auto, cpu (the reference), opencl, gpu, or a name that 'gpu-train devices' \
      lists.
      """)

  static let precision = Option(
    "precision", optional: .choice(of: MatrixPrecision.allCases.map(\.rawValue)),
    shownDefault: MatrixPrecision.float32.rawValue,
    help: """
      To what matrix products may round what they multiply, on devices that offer it by \
      'gpu-train devices'; sums stay float32.
      """)

  static let json = Option(flag: "json", help: "Print the result as a JSON object.")

  /// The data set, which depends on the run where it is not given.
  static func data(shownDefault: String) -> Option<String?> {
    Option(
      "data", optional: .text(), value: "name|path", shownDefault: shownDefault,
      help: """
        What to learn from: \(ModelCatalog.perModel { $0.suitableData.description }). Files \
        may be gzipped; texts are in UTF-8, and their last tenth is for testing; \
        \(NextCharacter.inventedText) is a text made up from the seed.
        """)
  }
}

extension ParsedArguments {
  /// The value of `--precision`.
  var precision: MatrixPrecision {
    get throws {
      try self[CommonOptions.precision].flatMap(MatrixPrecision.init) ?? .float32
    }
  }
}
