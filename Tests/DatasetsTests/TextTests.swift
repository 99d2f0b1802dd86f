import Datasets
import Tensors
import Testing

@Suite struct `Texts` {
  @Test func `a vocabulary numbers characters by their code points, and all others together`() {
    let vocabulary = Vocabulary(of: "hé hallo\n".unicodeScalars)
    #expect(vocabulary.text == "\n ahloé")
    #expect(vocabulary.count == 8)
    #expect("oh é!😀".unicodeScalars.map(vocabulary.symbol) == [5, 3, 1, 6, 7, 7])
    #expect(vocabulary.text(of: [5, 3, 7, -1, 100]) == "oh\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(Vocabulary(text: vocabulary.text) == vocabulary)
    #expect(Vocabulary(text: "aba") == nil)
    #expect(Vocabulary(text: "") == nil)
  }

  @Test func `characters are Unicode scalars, and stay apart`() throws {
    let text = "e\u{301}\r\n👩‍🚀"
    let vocabulary = Vocabulary(of: text.unicodeScalars)
    #expect(vocabulary.count == 8)
    let symbols = text.unicodeScalars.map(vocabulary.symbol)
    #expect(Array(vocabulary.text(of: symbols).unicodeScalars) == Array(text.unicodeScalars))
    #expect(try #require(Vocabulary(text: vocabulary.text)) == vocabulary)
  }

  @Test func `the last tenth of a text is for testing`() {
    let text = Text(name: "digits", "0123456789abcdefghijklmnopqrs")
    #expect(String(String.UnicodeScalarView(text.characters(.test))) == "rs")
    #expect(text.characters(.train).count == 27)
    let vocabulary = Vocabulary(of: text.characters(.train))
    let test = TextDataset(text, .test, vocabulary)
    #expect(test.count == 2)
    #expect(test.vocabulary.count == 28)
    #expect(TextDataset(text, .train, vocabulary).prefix(5).count == 5)
  }

  /// 27 characters to train on in three streams of eight steps, whose last two are left over.
  @Test func `streams lie side by side, and go on from batch to batch`() throws {
    let text = Text(name: "letters", "abcdefghijklmnopqrstuvwxyz.___")
    let dataset = TextDataset(text, .train, Vocabulary(of: text.characters(.train)))
    try withDevice(.cpu) { () throws in
      let batches = dataset.batches(of: 3, steps: 3)
      #expect((batches.count, batches.sampleCount) == (3, 24))
      let inputs = try batches.map { dataset.vocabulary.text(of: try $0.inputs.integers()) }
      #expect(inputs == ["aiqbjrcks", "dltemufnv", "gowhpx"])
      let targets = try batches.map { dataset.vocabulary.text(of: try $0.targets.integers()) }
      #expect(targets == ["bjrcksdlt", "emufnvgow", "hpxiqy"])
      #expect(batches.map(\.inputs.shape) == [[3, 3], [3, 3], [2, 3]])
      #expect(batches.map(\.count) == [9, 9, 6])

      let rest: TextBatches = batches.dropFirst(2)
      #expect((rest.count, rest.sampleCount) == (1, 6))
      #expect(
        try rest.map { dataset.vocabulary.text(of: try $0.inputs.integers()) } == ["gowhpx"])
      let epochs = try [1, 2].map { epoch in
        try dataset.batches(ofEpoch: epoch, size: 3).map { try $0.inputs.integers() }
      }
      #expect(epochs[0] == epochs[1])
    }
  }

  @Test func `a stream for each character is one too many`() async {
    await #expect(processExitsWith: .failure) {
      let text = Text.grammar(count: 100, seed: 1)
      _ = TextDataset(text, .test, Vocabulary(of: text.characters)).batches(of: 10)
    }
    await #expect(processExitsWith: .failure) { _ = Text(name: "", "too short") }
  }
}

@Suite struct `Text files` {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func read(_ bytes: [UInt8]) throws -> Text {
    try directory.write(bytes, to: "text")
    return try Text.file("\(directory.path)/text")
  }

  private func problem(_ bytes: [UInt8]) throws -> DatasetError.Problem? {
    do {
      _ = try read(bytes)
      return nil
    } catch let error as DatasetError { return error.problem }
  }

  @Test func `a file is read as UTF-8`() throws {
    let content = "Zwölf Boxkämpfer – 十二 🥊\r\n"
    let text = try read(Array(content.utf8))
    #expect(text.name == "\(directory.path)/text")
    #expect(text.characters == Array(content.unicodeScalars))
    let same = Text(name: "", content)
    #expect(text.checksum == same.checksum)
    #expect(text.checksum == String(hash(Array(content.utf8)), radix: 16))
    #expect(text.checksum != Text(name: "", content + "!").checksum)
    #expect(try read(gzip(Array(content.utf8))).characters == text.characters)
  }

  @Test func `files that cannot be learned from are errors`() throws {
    #expect(try problem([]) == .emptyText)
    #expect(
      try problem(Array("nineteen characters".utf8)) == .textTooShort(characters: 19, needed: 20))
    let valid = Array("a long enough text with ä".utf8)
    for broken in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80]] as [[UInt8]] {
      #expect(try problem(valid + broken) == .notUTF8(offset: valid.count), "\(broken)")
      #expect(try problem(broken + valid) == .notUTF8(offset: 0), "\(broken)")
    }
    #expect(try problem(valid) == nil)
    #expect(
      throws: DatasetError(
        path: "/nowhere", problem: .unreadable(reason: "No such file or directory"))
    ) { try Text.file("/nowhere") }
    #expect(throws: DatasetError(path: "/tmp", problem: .notAFile)) { try Text.file("/tmp") }
  }

  @Test func `errors say what to do in one line`() {
    let problems: [DatasetError.Problem] = [
      .emptyText, .notUTF8(offset: 7), .textTooShort(characters: 3, needed: 20),
    ]
    #expect(
      problems.map { DatasetError(path: "t", problem: $0).description } == [
        "t: is empty; give a longer text",
        "t: is no text in UTF-8: byte 7 begins no character; convert it, for example with iconv",
        "t: has 3 characters, fewer than the 20 that are needed; give a longer text",
      ])
  }
}

@Suite struct `Text made up by a grammar` {
  @Test func `the same seed makes the same sentences, which never drift`() {
    let text = Text.grammar(count: 1000, seed: 42)
    #expect(text.characters.count == 1000)
    #expect(text.characters == Text.grammar(seed: 42).characters.prefix(1000).map { $0 })
    #expect(text.characters != Text.grammar(count: 1000, seed: 43).characters)
    #expect(withDevice(.cpu, seed: 42) { Text.grammar(count: 1000) }.checksum == text.checksum)
    #expect(text.checksum == "ac1a175d18010edc")
  }

  @Test func `subjects and verbs agree in number`() {
    let text = String(String.UnicodeScalarView(Text.grammar(seed: 1).characters))
    #expect(text.count == 200_000)
    let sentences = text.split { ".!".contains($0) }.dropLast().map {
      $0.trimmingPrefix { $0 == " " || $0 == "\n" }
    }
    #expect(sentences.count > 5000)
    for sentence in sentences {
      let words = sentence.split(separator: " ").map(String.init)
      #expect((3...15).contains(words.count), "\(sentence)")
      if ["Some", "Many"].contains(words[0]) {
        #expect(words[1...2].contains { $0.hasSuffix("s") || $0 == "children" }, "\(sentence)")
      }
    }
    #expect(Vocabulary(of: text.unicodeScalars).count < 40)
  }
}
