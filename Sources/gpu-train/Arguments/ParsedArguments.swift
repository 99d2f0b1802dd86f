/// What a command line gives to a command's options.
///
/// An option is written `--name value`, `--name=value`, `-n value` or `-n=value`. Given twice, the
/// last one holds, so that a script can put its own options before those of its caller; but an option
/// that takes several values takes them all.
package struct ParsedArguments: Sendable {
  private let declared: Set<String>
  private let texts: [String: String]

  /// Sorts `arguments`, without the program's and the command's name, into the options `options`.
  package init(
    _ arguments: some Sequence<String>, options: [any OptionDeclaration]
  ) throws(UsageError) {
    var texts: [String: String] = [:]
    var strays: [String] = []
    var rest = Array(arguments)[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        strays += rest
        break
      } else if looksLikeOption(argument) {
        let (option, text) = try Self.parseOption(argument, rest: &rest, options: options)
        let earlier = option.takesSeveral ? texts[option.name].map { $0 + "," } : nil
        texts[option.name] = (earlier ?? "") + text
      } else {
        strays.append(argument)
      }
    }
    try Self.refuse(strays)
    declared = Set(options.map(\.name))
    self.texts = texts
  }

  /// The value of `option`: the one given, or the one that holds without.
  package subscript<Value>(option: Option<Value>) -> Value {
    get throws(UsageError) {
      precondition(declared.contains(option.name), "--\(option.name) is not among the options")
      guard let text = texts[option.name] else {
        guard let value = option.absentValue else {
          throw UsageError("Missing expected argument '\(option.label)'")
        }
        return value
      }
      do {
        return try option.parse(text)
      } catch {
        throw UsageError("The value '\(text)' is invalid for '\(option.label)': \(error.reason)")
      }
    }
  }

  /// Whether `option` stands on the command line.
  package func isGiven<Value>(_ option: Option<Value>) -> Bool {
    texts[option.name] != nil
  }

  /// Reads the option in `argument`, whose value may be the first of `rest`, or the first several.
  private static func parseOption(
    _ argument: String, rest: inout ArraySlice<String>, options: [any OptionDeclaration]
  ) throws(UsageError) -> (option: any OptionDeclaration, text: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let written = String(parts[0])
    let joined = parts.count == 2 ? String(parts[1]) : nil
    guard
      let option = options.first(where: { option in
        written == "--\(option.name)" || option.short.map { written == "-\($0)" } ?? false
      })
    else { throw .unknownOption(written, among: options.map(\.name)) }

    guard option.valueName != nil else {
      if let joined {
        throw UsageError("The option '\(written)' takes no value, but '\(joined)' was given")
      }
      return (option, "")
    }
    if let joined { return (option, joined) }
    let following = rest.prefix { !looksLikeOption($0) }.prefix(option.takesSeveral ? .max : 1)
    guard !following.isEmpty else { throw UsageError("Missing value for '\(option.label)'") }
    rest.removeFirst(following.count)
    return (option, following.joined(separator: ","))
  }

  /// Throws if there are arguments that belong to no option.
  private static func refuse(_ strays: [String]) throws(UsageError) {
    guard let first = strays.first else { return }
    guard strays.count > 1 else { throw UsageError("Unexpected argument '\(first)'") }
    let list = strays.map { "'\($0)'" }.joined(separator: ", ")
    throw UsageError("\(strays.count) unexpected arguments: \(list)")
  }
}

extension UsageError {
  /// The error for the option `written`, which is not `--help` nor any of `names`.
  static func unknownOption(_ written: String, among names: [String]) -> UsageError {
    let bare = String(written.drop { $0 == "-" })
    let suggestion = nearest(to: bare, in: names + ["help"]).map { " Did you mean '--\($0)'?" }
    return UsageError("Unknown option '\(written)'.\(suggestion ?? "")")
  }
}

/// Whether an argument is an option's name, not a value: negative numbers and `-` are values.
func looksLikeOption(_ argument: String) -> Bool {
  guard argument.hasPrefix("-"), argument != "-" else { return false }
  return Double(argument) == nil
}
