import FoundationEssentials
import Testing

/// That nothing is left without an example.
@Suite struct CoverageTests {
  private static let sources = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  /// Operations, layers, losses and optimizers; overloads share an example.
  @Test(arguments: ["Tensors/Ops", "Layers", "Optimizers"])
  func everythingPublicHasAnExample(folder: String) throws {
    let declarations = try Self.files(in: folder).flatMap(Self.declarations)
    #expect(declarations.count > 10)
    let shown = Set(declarations.filter(\.hasExample).map(\.name))
    let missing = Set(declarations.map(\.name)).subtracting(shown)
    #expect(missing.isEmpty, "\(folder): no example of \(missing.sorted())")
  }

  private static func files(in folder: String) throws -> [String] {
    let directory = sources.appending(path: folder)
    return try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOf: directory.appending(path: $0), encoding: .utf8) }
  }

  /// Public functions of operations and losses, layers and optimizers, in the text of a file.
  private static func declarations(_ text: String) -> [(name: String, hasExample: Bool)] {
    let pattern =
      #/^(?:public func |public struct (?=\w+: Layer\b)|public final class (?=\w+: Fused)|  public func (?=\w+\([^)]*\) -> Tensor\b))(\w+)/#
    var documentation: [Substring] = []
    return text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
      if line.drop(while: { $0 == " " }).hasPrefix("///") {
        documentation.append(line)
        return nil
      }
      defer { documentation = [] }
      guard let name = line.firstMatch(of: pattern)?.1, name != "callAsFunction" else { return nil }
      return (String(name), documentation.contains { $0.hasSuffix("```swift") })
    }
  }
}
