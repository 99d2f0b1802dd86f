import Tensors

/// The characters that a model of text knows, each with a number.
///
/// Characters are Unicode scalars. Those of a text are numbered from 0 in the order of their code
/// points; the last symbol stands for any other character.
public struct Vocabulary: Hashable, Sendable {
  /// What an unknown character is shown as, the replacement character U+FFFD.
  public static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// The known characters, by their numbers.
  public let characters: [Unicode.Scalar]
  private let symbols: [Unicode.Scalar: Int32]

  /// The characters of a text.
  public init(of text: some Sequence<Unicode.Scalar>) {
    self.init(numbered: Set(text).sorted())
  }

  /// The vocabulary whose `text` is given, or nil where a character is repeated or there is none.
  public init?(text: String) {
    let characters = Array(text.unicodeScalars)
    guard !characters.isEmpty, Set(characters).count == characters.count else { return nil }
    self.init(numbered: characters)
  }

  private init(numbered characters: [Unicode.Scalar]) {
    self.characters = characters
    symbols = Dictionary(
      uniqueKeysWithValues: characters.enumerated().map { ($1, Int32($0)) })
  }

  /// The known characters as a text, to be stored.
  public var text: String { String(String.UnicodeScalarView(characters)) }

  /// How many symbols there are: one for each known character, and one for all others.
  public var count: Int { characters.count + 1 }

  /// The symbol of a character.
  public func symbol(of character: Unicode.Scalar) -> Int32 {
    symbols[character] ?? Int32(characters.count)
  }

  /// The text of symbols.
  public func text(of symbols: some Sequence<Int32>) -> String {
    let scalars = symbols.map { symbol in
      characters.indices.contains(Int(symbol)) ? characters[Int(symbol)] : Vocabulary.replacement
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
