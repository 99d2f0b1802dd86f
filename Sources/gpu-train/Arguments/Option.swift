/// What the parser and the help text know of an option, whatever the type of its value.
package protocol OptionDeclaration: Sendable {
  /// The long name, without the dashes.
  var name: String { get }

  /// The letter of the short form, if there is one.
  var short: Character? { get }

  /// What stands for the value in the help text; `nil` for a flag, which takes none.
  var valueName: String? { get }

  /// Whether the command cannot do without it.
  var isRequired: Bool { get }

  /// Whether it takes several values, one after another, between commas or given again.
  var takesSeveral: Bool { get }

  /// What the option means.
  var help: String { get }

  /// The words that it takes, if there are only certain ones.
  var choices: [String] { get }

  /// What holds if the option is not given, for the help text.
  var shownDefault: String? { get }
}

extension OptionDeclaration {
  /// The option as messages and the help text write it, such as `--epochs <epochs>`.
  package var label: String {
    "--\(name)" + (valueName.map { " <\($0)>" } ?? "")
  }
}

/// An option of a command: how it is written, what it takes and what it means.
///
/// ```swift
/// static let epochs = Option("epochs", .wholeNumber(atLeast: 1), default: 10, help: "…")
/// static let limit = Option("limit", optional: .wholeNumber(atLeast: 1), help: "…")  // Int?
/// static let run = Option("run", required: .text(), value: "directory", help: "…")
/// static let files = Option("files", several: .text(), default: [], shownDefault: "none", help: "…")
/// static let json = Option(flag: "json", help: "…")
/// ```
///
/// `value` is the value's name in the help text, the option's own name unless given.
package struct Option<Value: Sendable>: OptionDeclaration {
  package let name: String
  package let short: Character?
  package let valueName: String?
  package let takesSeveral: Bool
  package let help: String
  package let choices: [String]
  package let shownDefault: String?

  /// The value of an option that is not given; `nil` if the option is required.
  let absentValue: Value?

  /// Turns the text on the command line into the value.
  let parse: @Sendable (String) throws(InvalidValue) -> Value

  package var isRequired: Bool { absentValue == nil }

  /// An option that has the value `default` unless it is given.
  package init(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value>, default: Value,
    value: String? = nil, help: String
  ) {
    self.init(
      name: name, short: short, valueName: value ?? name, help: help, choices: kind.choices,
      shownDefault: "\(`default`)", absentValue: `default`, parse: kind.parse)
  }

  /// An option that must be given.
  package init(
    _ name: String, short: Character? = nil, required kind: ValueKind<Value>,
    value: String? = nil, help: String
  ) {
    self.init(
      name: name, short: short, valueName: value ?? name, help: help, choices: kind.choices,
      shownDefault: nil, absentValue: nil, parse: kind.parse)
  }

  /// An option whose value is `nil` unless it is given.
  ///
  /// `shownDefault` says what then holds, where that depends on other options.
  package init<Wrapped>(
    _ name: String, short: Character? = nil, optional kind: ValueKind<Wrapped>,
    value: String? = nil, shownDefault: String? = nil, help: String
  ) where Value == Wrapped? {
    self.init(
      name: name, short: short, valueName: value ?? name, help: help, choices: kind.choices,
      shownDefault: shownDefault, absentValue: .some(nil),
      parse: { text throws(InvalidValue) in try kind.parse(text) })
  }

  /// An option of one or more values: `--device a b`, `--device a,b` or `--device a --device b`.
  package init<Element>(
    _ name: String, several kind: ValueKind<Element>, default: Value, value: String? = nil,
    shownDefault: String, help: String
  ) where Value == [Element] {
    self.init(
      name: name, short: nil, valueName: value ?? name, takesSeveral: true, help: help,
      choices: kind.choices, shownDefault: shownDefault, absentValue: `default`,
      parse: { text throws(InvalidValue) in
        var values: [Element] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
          values.append(try kind.parse(String(part)))
        }
        return values
      })
  }

  /// An option without a value, `true` if it is given.
  package init(flag name: String, short: Character? = nil, help: String) where Value == Bool {
    self.init(
      name: name, short: short, valueName: nil, help: help, choices: [], shownDefault: nil,
      absentValue: false, parse: { _ in true })
  }

  private init(
    name: String, short: Character?, valueName: String?, takesSeveral: Bool = false,
    help: String, choices: [String], shownDefault: String?, absentValue: Value?,
    parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
  ) {
    self.name = name
    self.short = short
    self.valueName = valueName
    self.takesSeveral = takesSeveral
    self.help = help
    self.choices = choices
    self.shownDefault = shownDefault
    self.absentValue = absentValue
    self.parse = parse
  }
}
