import Tensors

/// A text to learn from, character by character.
///
/// Its last tenth is for testing, the rest for training.
public struct Text: Sendable {
  /// The fewest characters that leave a next character to predict in the tenth for testing.
  public static let minimumCount = 20

  /// The path of the file, or what else the text is called.
  public let name: String
  /// The characters: Unicode scalars.
  public let characters: [Unicode.Scalar]

  /// Makes a text of at least `minimumCount` characters.
  public init(name: String, _ text: String) {
    self.init(name: name, characters: Array(text.unicodeScalars))
    guard characters.count >= Text.minimumCount else {
      misuse("Text: \(characters.count) characters; needs at least \(Text.minimumCount)")
    }
  }

  fileprivate init(name: String, characters: [Unicode.Scalar]) {
    self.name = name
    self.characters = characters
  }

  /// The characters of a part.
  public func characters(_ split: Dataset.Split) -> ArraySlice<Unicode.Scalar> {
    let testCount = characters.count / 10
    return split == .train ? characters.dropLast(testCount) : characters.suffix(testCount)
  }

  /// 64 bits in hexadecimal that other texts hardly share: FNV-1a (Fowler, Noll, Vo 1991) of the
  /// UTF-8.
  public var checksum: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for character in characters {
      for byte in UTF8.encode(character)! { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return String(hash, radix: 16)
  }
}

extension Text {
  /// Reads a file in UTF-8, plain or gzipped.
  ///
  /// - Throws: `DatasetError` where it is missing, empty, too short or not in UTF-8.
  public static func file(_ path: String) throws(DatasetError) -> Text {
    let reader = try ByteReader(path)
    let bytes = try reader.read(count: reader.largestSize)
    guard !bytes.isEmpty else { throw DatasetError(path: path, problem: .emptyText) }
    let characters = try decode(bytes, path)
    guard characters.count >= minimumCount else {
      throw DatasetError(
        path: path, problem: .textTooShort(characters: characters.count, needed: minimumCount))
    }
    return Text(name: path, characters: characters)
  }

  private static func decode(
    _ bytes: [UInt8], _ path: String
  ) throws(DatasetError) -> [Unicode.Scalar] {
    var characters: [Unicode.Scalar] = []
    characters.reserveCapacity(bytes.count)
    var decoder = UTF8()
    var input = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&input) {
      case .scalarValue(let character):
        characters.append(character)
        offset += UTF8.width(character)
      case .emptyInput: return characters
      case .error: throw DatasetError(path: path, problem: .notUTF8(offset: offset))
      }
    }
  }
}
