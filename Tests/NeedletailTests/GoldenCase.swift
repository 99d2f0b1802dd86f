import Needletail

/// One case of the goldens that PyTorch made: an operation, its inputs, and what came out.
struct GoldenCase: Sendable, CustomStringConvertible {
  /// The file it is in, and how its operations are applied.
  let family: GoldenFamily
  /// Its name in the file.
  let name: String
  /// The operation and its numbers.
  let operation: String
  let numbers: [Float]

  var description: String { "\(family.name)/\(name)" }

  init(_ family: GoldenFamily, _ name: String, _ entry: String) {
    self.family = family
    self.name = name
    let words = entry.split(separator: " ").map(String.init)
    operation = words[0]
    numbers = words.dropFirst().map { word in
      guard let number = Float(word) else { fatalError("golden case \(name): '\(word)'") }
      return number
    }
  }

  var integers: [Int] { numbers.map { Int($0) } }

  /// A pair of numbers from the position on.
  func pair(_ position: Int) -> Pair { Pair(integers[position], integers[position + 1]) }
}
