import FoundationEssentials
import Needletail

/// A file of golden cases, made by the script of the same name in Goldens/.
struct GoldenFamily: Sendable {
  let name: String
  let file: SafetensorsFile
  /// Applies a case's operation to its inputs; nil where the name is not known.
  let apply: @Sendable (GoldenCase, [Tensor]) -> Tensor?

  /// Every family.
  static let all = [
    GoldenFamily("operations") { $0.basic($1) },
    GoldenFamily("activations") { $0.activation($1) },
    GoldenFamily("reductions") { $0.reduction($1[0]) },
    GoldenFamily("normalization") { $0.normalization($1) },
    GoldenFamily("losses") { $0.loss($1) },
    GoldenFamily("shapes") { $0.shapes($1) },
    GoldenFamily("convolution") { $0.convolution($1) },
  ]

  /// The cases of all families.
  static let cases = all.flatMap { family in
    family.file.metadata.sorted { $0.key < $1.key }.map { GoldenCase(family, $0.key, $0.value) }
  }

  private init(
    _ name: String, apply: @escaping @Sendable (GoldenCase, [Tensor]) -> Tensor?
  ) {
    self.name = name
    self.apply = apply
    file = GoldenFamily.open(name)
  }

  /// Opens a file of goldens.
  static func open(_ name: String) -> SafetensorsFile {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    do {
      return try SafetensorsFile(folder.appending(path: "Goldens/\(name).safetensors").path)
    } catch { fatalError("\(error)") }
  }
}
