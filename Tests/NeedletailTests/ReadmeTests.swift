import FoundationEssentials
import Needletail
import Testing

@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test func theExampleIsTheOneThatIsCompiledHere() throws {
    let example = try Self.text("Tests/NeedletailTests/ReadmeExample.swift")
      .split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
    let readme = try Self.text("README.md")
    #expect(readme.contains("```swift\n\(example)```"))
  }

  @Test func everyPathTheReadmeNamesExists() throws {
    let readme = try Self.text("README.md")
    let links = readme.matches(of: /\]\(([^)#:]+)\)/).map { String($0.1) }
    #expect(!links.isEmpty)
    for link in links {
      #expect(
        FileManager.default.fileExists(atPath: Self.root.appending(path: link).path), "\(link)")
    }
  }
}
