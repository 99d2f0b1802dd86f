/// The help text and usage line of a program or one of its commands, in the layout of
/// swift-argument-parser.
struct Help {
  /// The words that call it, such as `gpu-train train`.
  let path: String
  let abstract: String
  var discussion = ""
  var options: [any OptionDeclaration] = []

  /// Names and abstracts of a program's commands; `nil` for a command, which has none.
  var subcommands: [(name: String, abstract: String)]?

  /// The column at which descriptions begin.
  private static let descriptionColumn = 26

  /// Above this many options, the usage line does not list those that may be left out.
  private static let listedOptionLimit = 12

  /// The call in one line, such as `gpu-train eval --run <directory> [--json]`.
  var usage: String {
    guard subcommands == nil else { return "\(path) <subcommand>" }
    let listed = options.count > Self.listedOptionLimit ? options.filter(\.isRequired) : options
    let collapsed = listed.count < options.count ? ["[<options>]"] : []
    let words = listed.map { $0.isRequired ? $0.label : "[\($0.label)]" }
    return ([path] + collapsed + words).joined(separator: " ")
  }

  /// The help text, in lines of at most `width` characters where words allow.
  func text(width: Int) -> String {
    var sections = ["OVERVIEW: \(abstract)".wrapped(to: width)]
    if !discussion.isEmpty { sections.append(discussion.wrapped(to: width)) }
    sections.append("USAGE: \(usage)".wrapped(to: width, hangingIndent: 7))
    sections.append(list("OPTIONS", options.map { ($0.helpLabel, $0.helpText) } + common, width))
    if let subcommands, !subcommands.isEmpty {
      sections.append(list("SUBCOMMANDS", subcommands, width))
      sections.append("  See '\(path) help <subcommand>' for detailed help.")
    }
    return sections.joined(separator: "\n\n")
  }

  /// The options that need no declaration; the version is the whole program's.
  private var common: [(String, String)] {
    let help = ("-h, --help", "Show help information.")
    return subcommands == nil ? [help] : [("--version", "Show the version."), help]
  }

  private func list(_ title: String, _ entries: [(String, String)], _ width: Int) -> String {
    let column = Self.descriptionColumn
    let lines = entries.map { label, description in
      let start = "  \(label)"
      let padding = String(repeating: " ", count: max(0, column - start.count))
      let isLong = start.count >= column
      let body = String(repeating: " ", count: column) + description
      let wrapped = body.wrapped(to: width, hangingIndent: column)
      return isLong ? "\(start)\n\(wrapped)" : start + padding + wrapped.dropFirst(column)
    }
    return (["\(title):"] + lines).joined(separator: "\n")
  }
}

extension OptionDeclaration {
  /// The option's short and long form, and its value.
  fileprivate var helpLabel: String {
    (short.map { "-\($0), " } ?? "") + label
  }

  /// The option's meaning, with the values it takes and the one that holds without it.
  fileprivate var helpText: String {
    var notes: [String] = []
    if !choices.isEmpty { notes.append("values: \(choices.joined(separator: ", "))") }
    if let shownDefault { notes.append("default: \(shownDefault)") }
    return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
  }
}

extension String {
  /// The text broken between words into lines of at most `width` characters.
  ///
  /// Line breaks and the indentation of the text's first line stay; lines after the first begin
  /// with `hangingIndent` spaces. A word that is longer than a line stands alone on one. What is
  /// in square brackets, as in a usage line, stays together.
  func wrapped(to width: Int, hangingIndent: Int = 0) -> String {
    let margin = String(repeating: " ", count: hangingIndent)
    var lines: [String] = []
    for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = paragraph.prefix { $0 == " " }
      var line = lines.isEmpty ? String(indent) : margin + indent
      var isFirstWord = true
      for word in words(of: paragraph) {
        if !isFirstWord, line.count + 1 + word.count > width {
          lines.append(line)
          line = margin
          isFirstWord = true
        }
        line += isFirstWord ? word : " \(word)"
        isFirstWord = false
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  /// The words of a line, those between an opening and a closing bracket taken as one.
  private func words(of line: Substring) -> [String] {
    var words: [String] = []
    var isInBrackets = false
    for word in line.split(separator: " ") {
      if isInBrackets {
        words[words.count - 1] += " \(word)"
      } else {
        words.append(String(word))
      }
      if word.hasPrefix("[") { isInBrackets = true }
      if word.hasSuffix("]") { isInBrackets = false }
    }
    return words
  }
}
