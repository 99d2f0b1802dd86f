/// The texts that an option takes, and the values they stand for.
package struct ValueKind<Value: Sendable>: Sendable {
  /// The words that are accepted, if there are only certain ones.
  let choices: [String]

  let parse: @Sendable (String) throws(InvalidValue) -> Value

  init(
    choices: [String] = [], parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
  ) {
    self.choices = choices
    self.parse = parse
  }
}

/// Why a text is not a value of some kind, as the end of a sentence.
struct InvalidValue: Error {
  let reason: String
}

extension ValueKind where Value == String {
  /// Any text but an empty one, which is more likely a shell variable without a value.
  package static func text() -> ValueKind {
    ValueKind { text throws(InvalidValue) in
      guard !text.isEmpty else { throw InvalidValue(reason: "expected a text that is not empty") }
      return text
    }
  }

  /// One of a list of words.
  package static func choice(of choices: [String]) -> ValueKind {
    ValueKind(choices: choices) { text throws(InvalidValue) in
      guard choices.contains(text) else {
        let list = choices.joined(separator: ", ")
        let suggestion = nearest(to: text, in: choices).map { ". Did you mean '\($0)'?" } ?? ""
        throw InvalidValue(reason: "expected one of \(list)\(suggestion)")
      }
      return text
    }
  }
}

extension ValueKind where Value: FixedWidthInteger {
  /// A whole number in decimal digits, of at least `minimum` (by default the type's own).
  package static func wholeNumber(atLeast minimum: Value = .min) -> ValueKind {
    let bound = Value.isSigned && minimum == .min ? "" : " of at least \(minimum)"
    return ValueKind { text throws(InvalidValue) in
      if let value = Value(text), value >= minimum { return value }
      let isTooLarge = !text.isEmpty && text.allSatisfy { ("0"..."9").contains($0) }
      guard isTooLarge, Value(text) == nil else {
        throw InvalidValue(reason: "expected a whole number\(bound)")
      }
      throw InvalidValue(reason: "expected a whole number of at most \(Value.max)")
    }
  }
}

extension ValueKind where Value == Double {
  /// A finite number of at least `minimum`.
  package static func number(atLeast minimum: Double) -> ValueKind {
    finite(" of at least \(brief(minimum))") { $0 >= minimum }
  }

  /// A finite number of at least the range's lower bound and below its upper bound.
  package static func number(in range: Range<Double>) -> ValueKind {
    let bounds = " of at least \(brief(range.lowerBound)) and below \(brief(range.upperBound))"
    return finite(bounds) { range.contains($0) }
  }

  private static func finite(
    _ bounds: String, where isValid: @escaping @Sendable (Double) -> Bool
  ) -> ValueKind {
    ValueKind { text throws(InvalidValue) in
      guard let value = Double(text), value.isFinite, isValid(value) else {
        throw InvalidValue(reason: "expected a finite number\(bounds)")
      }
      return value
    }
  }

  /// A number without the `.0` of a whole one.
  private static func brief(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }
}
