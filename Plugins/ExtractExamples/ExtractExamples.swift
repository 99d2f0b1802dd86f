import FoundationEssentials

/// Writes a Swift file with a function for each Swift example in the documentation comments of
/// source files, and a list of all.
///
/// A line `expression  // [1, 2]` becomes a check that the expression has these numbers.
///
/// Usage: ExtractExamples ROOT RESULT SOURCE…
@main
struct ExtractExamples {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 2 else {
      throw UsageError(description: "usage: ExtractExamples ROOT RESULT SOURCE…")
    }
    let (root, result) = (arguments[1], arguments[2])
    let examples = try arguments.dropFirst(2).flatMap { path in
      let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
      return Example.all(in: text, of: String(path.dropFirst(root.count + 1)))
    }
    try Data(file(of: examples).utf8).write(to: URL(filePath: result))
  }

  private static func file(of examples: [Example]) -> String {
    let entries = examples.map { "    Example(\"\($0.place)\") { try $0.\($0.name)() },\n" }
    return """
      import Backends
      import Needletail
      import Testing

      extension Example {
        static let all: [Example] = [
      \(entries.joined())  ]
      }

      extension ExampleContext {
      \(examples.map(\.function).joined(separator: "\n"))}

      """
  }
}

private struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// An example and where it stands.
private struct Example {
  /// The path from the root of the package.
  let path: String
  /// The number of its first line in the file, from 1.
  let line: Int
  let lines: [String]

  var place: String { "\(path):\(line)" }

  var name: String {
    "example_" + String(place.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// What the compiler says about it, it says about the documentation.
  var function: String {
    """
      func \(name)() throws {
    #sourceLocation(file: "\(path)", line: \(line))
    \(lines.map(Self.checked).joined(separator: "\n"))
    #sourceLocation()
      }

    """
  }

  /// The examples of a file.
  static func all(in text: String, of path: String) -> [Example] {
    var examples: [Example] = []
    var open: (line: Int, lines: [String])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let code = line.drop { $0 == " " }
      guard code.hasPrefix("///") else { continue }
      let comment = code.dropFirst(3).hasPrefix(" ") ? code.dropFirst(4) : code.dropFirst(3)
      if comment == "```swift" {
        open = (index + 2, [])
      } else if comment == "```", let (first, lines) = open {
        examples.append(Example(path: path, line: first, lines: lines))
        open = nil
      } else {
        open?.lines.append(String(comment))
      }
    }
    return examples
  }

  /// The line, as a check if it is an expression with its result behind it.
  private static func checked(_ line: String) -> String {
    let parts = line.components(separatedBy: "  // [")
    guard parts.count == 2, parts[1].hasSuffix("]"), !line.hasPrefix(" "),
      !["let ", "var ", "//", "}"].contains(where: line.hasPrefix)
    else { return line }
    let expression = parts[0].reversed().drop { $0 == " " }.reversed()
    return "try check(\(String(expression)), \"[\(parts[1])\")"
  }
}
