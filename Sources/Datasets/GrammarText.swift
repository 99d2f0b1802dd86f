import Tensors

extension Text {
  /// Sentences made up from a seed by a small grammar: a text that needs no file.
  ///
  /// Subjects and verbs agree in number, which a model of characters has to remember over several
  /// words. A choice of words carries 0.63 bits for each character, below which no model gets.
  ///
  /// - Parameters:
  ///   - count: How many characters.
  ///   - seed: What sentences are drawn from; by default the seed of the enclosing `withDevice`.
  public static func grammar(count: Int = 200_000, seed: UInt64 = Random.current.seed) -> Text {
    var grammar = Grammar(random: RandomWords(seed: seed, block: RandomRegion.text))
    var text = ""
    var length = 0
    while length < count {
      let sentence = grammar.sentence()
      text += sentence
      length += sentence.count
    }
    return Text(name: "grammar", String(text.prefix(count)))
  }
}

/// A grammar of simple English sentences.
private struct Grammar {
  private static let nouns = [
    "bird", "boat", "child", "cloud", "farmer", "fox", "horse", "king", "painter", "river",
    "sailor",
    "shadow", "stone", "storm", "teacher", "tree",
  ]
  private static let adjectives = [
    "bright", "cold", "gentle", "grey", "old", "quiet", "small", "strange", "tall", "young",
  ]
  private static let transitiveVerbs = [
    "follow", "greet", "hear", "like", "meet", "remember", "see", "want",
  ]
  private static let intransitiveVerbs = [
    "come", "dream", "listen", "move", "sing", "sleep", "speak", "wait",
  ]
  private static let places = [
    "behind the hill", "by the sea", "in the garden", "near the old mill", "under the bridge",
  ]

  var random: RandomWords

  /// A sentence and the blank or the end of line behind it.
  mutating func sentence() -> String {
    let isPlural = oneIn(2)
    let subject = nounPhrase(isPlural: isPlural)
    var words = [subject, verb(isPlural: isPlural)]
    if oneIn(3) { words.append(pick(Grammar.places)) }
    let sentence = words.joined(separator: " ")
    let ending = oneIn(6) ? "!" : "."
    return sentence.prefix(1).uppercased() + sentence.dropFirst() + ending + (oneIn(5) ? "\n" : " ")
  }

  private mutating func nounPhrase(isPlural: Bool) -> String {
    let article = isPlural ? pick(["the", "some", "many"]) : pick(["the", "one", "this"])
    let adjective = oneIn(3) ? pick(Grammar.adjectives) + " " : ""
    let noun = pick(Grammar.nouns)
    return "\(article) \(adjective)\(isPlural ? plural(of: noun) : noun)"
  }

  private mutating func verb(isPlural: Bool) -> String {
    let ending = isPlural ? "" : "s"
    guard oneIn(2) else { return pick(Grammar.intransitiveVerbs) + ending }
    let verb = pick(Grammar.transitiveVerbs) + ending
    return "\(verb) \(nounPhrase(isPlural: oneIn(2)))"
  }

  private func plural(of noun: String) -> String {
    switch noun {
    case "child": "children"
    case "fox": "foxes"
    default: noun + "s"
    }
  }

  private mutating func oneIn(_ count: UInt32) -> Bool { random.next(below: count) == 0 }

  private mutating func pick(_ words: [String]) -> String {
    words[Int(random.next(below: UInt32(words.count)))]
  }
}
