import Needletail

/// What the command line asks for.
struct Options {
  /// Patterns of the works wanted, such as `lenet` or `product-*`; all but the large ones if empty.
  var works: [String] = []
  /// The devices of this library.
  var devices = ["auto"]
  /// The other libraries.
  var peers = ["pytorch"]
  /// The Python the peers run with.
  var python = "python3"
  /// To what products and convolutions may be rounded, by all contestants.
  var precision = MatrixPrecision.float32
  var rounds = 5
  /// How long each contestant works in a round.
  var seconds = 1.0
  /// Where results and chart go; nil for nowhere.
  var output: String?
  /// The work of which to make one step and nothing else, as `start-up` does in new processes.
  var firstStep: String?

  static let usage = """
    USAGE: benchmark [--works NAME,…] [--devices NAME,…] [--peers NAME,…] [--python PROGRAM]
                     [--precision PRECISION] [--rounds N] [--seconds X] [--output PATH]

      --works      What to time; a name that ends in * stands for all that begin so, but for large
                   works, which are timed by their full names only. (default: all but large ones)
      --devices    On which devices of Needletail, as `gpu-train devices` lists them. (default: auto)
      --peers      pytorch, tinygrad, or none. (default: pytorch)
      --python     The Python that has the peers installed. (default: python3)
      --precision  float32, or to what all may round what they multiply: tf32, bf16. (default: float32)
      --rounds     How often each contestant has its turn. (default: 5)
      --seconds    How long a turn is. (default: 1)
      --output     Write PATH.json and PATH.svg.

    """

  /// - Throws: `BenchmarkError` where the arguments make no sense.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { throw BenchmarkError("\(option) needs a value") }
      try set(option, value)
    }
  }

  private mutating func set(_ option: String, _ value: String) throws {
    let list = value.split(separator: ",").map(String.init)
    switch option {
    case "--works": works = list
    case "--devices": devices = list
    case "--peers": peers = list == ["none"] ? [] : list
    case "--python": python = value
    case "--precision":
      guard let value = MatrixPrecision(rawValue: value) else {
        throw BenchmarkError("--precision cannot be '\(value)'")
      }
      precision = value
    case "--rounds": rounds = try number(value, option) { $0 >= 1 }
    case "--seconds": seconds = try number(value, option) { $0 > 0 && $0 <= 3600 }
    case "--output": output = value
    case FirstStep.option: firstStep = value
    default: throw BenchmarkError("there is no option '\(option)'")
    }
  }

  private func number<Number: LosslessStringConvertible>(
    _ value: String, _ option: String, _ isValid: (Number) -> Bool
  ) throws -> Number {
    guard let number = Number(value), isValid(number) else {
      throw BenchmarkError("\(option) cannot be '\(value)'")
    }
    return number
  }

  /// The works asked for.
  func chosenWorks() throws -> [Work] {
    guard !works.isEmpty else { return Work.all }
    let known = Work.all + Work.large
    func isMeant(_ work: Work, by pattern: String) -> Bool {
      work.name == pattern
        || pattern.hasSuffix("*") && work.name.hasPrefix(pattern.dropLast())
          && !Work.large.contains { $0.name == work.name }
    }
    for pattern in works where !known.contains(where: { isMeant($0, by: pattern) }) {
      let names = known.map(\.name).joined(separator: ", ")
      throw BenchmarkError("there is no work '\(pattern)'; there are \(names)")
    }
    return known.filter { work in works.contains { isMeant(work, by: $0) } }
  }
}
