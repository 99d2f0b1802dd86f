import Foundation
import Testing
import Verification
import gpu_train

@Suite("The page of operations and devices")
struct OperationsPageTests {
  @Test("It lists every operation with the rows, cases, shapes and bounds of the table")
  func lines() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "Documentation/operations.md"), encoding: .utf8)
    let lines = page.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    let facts = VerificationTable.operations(of: VerificationTable.rows(.standard))
      .map(OperationsPage.facts)
    #expect(lines.count == facts.count)
    for (line, fact) in zip(lines, facts) {
      #expect(
        line.hasPrefix(fact),
        "print the page anew, as it says: it has '\(line)' where the table has '\(fact)'")
    }
  }
}
