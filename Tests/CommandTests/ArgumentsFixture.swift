import Glibc
import gpu_train

/// A program with one option of each kind, whose commands do nothing but end.
enum Fixture {
  static let program = Program(
    name: "shop", abstract: "Sell birds.", version: "1.2.3",
    commands: [Sell.self, Close.self, Fail.self])

  struct Sell: Command {
    static let count = Option(
      "count", short: "n", .wholeNumber(atLeast: 1), default: 10, help: "How many.")
    static let limit = Option("limit", optional: .wholeNumber(atLeast: 1), help: "At most.")
    static let shelf = Option("shelf", .wholeNumber(), default: UInt64(3), help: "From where.")
    static let floor = Option("floor", .wholeNumber(), default: 0, help: "On which floor.")
    static let rate = Option(
      "discount-rate", optional: .number(atLeast: 0), value: "rate",
      shownDefault: "by customer", help: "What is taken off the price, as a part of it.")
    static let tax = Option("tax", .number(in: 0..<1), default: 0.19, help: "Tax.")
    static let kind = Option(
      "kind", .choice(of: ["swift", "swallow", "needletail"]), default: "swift",
      help: "Which bird.")
    static let to = Option("to", required: .text(), value: "customer", help: "To whom.")
    static let gift = Option(flag: "gift", short: "g", help: "Wrap it.")

    static let name = "sell"
    static let abstract = "Sell some birds."
    static let discussion = "Birds are sold by the piece.\n  shop sell --to me\nNone is taken back."
    static let options: [any OptionDeclaration] = [
      count, limit, shelf, floor, rate, tax, kind, to, gift,
    ]

    init(from arguments: ParsedArguments) throws {
      _ = try arguments[Self.count]
      let customer = try arguments[Self.to]
      if try arguments[Self.gift], customer == "me" {
        throw UsageError("A gift is for others")
      }
    }

    func run() throws {}
  }

  struct Close: Command {
    static let name = "close"
    static let abstract = "Close the shop, which ends with code 3."
    static let options: [any OptionDeclaration] = []

    init(from arguments: ParsedArguments) {}

    func run() throws { throw ExitCode(3) }
  }

  struct Fail: Command {
    struct Flown: Error, CustomStringConvertible {
      let description = "the birds have flown"
    }

    static let name = "fail"
    static let abstract = "Find that something is wrong."
    static let options: [any OptionDeclaration] = []

    init(from arguments: ParsedArguments) {}

    func run() throws { throw Flown() }
  }

  /// The arguments of `sell`, with the option that it requires unless they have it.
  static func sell(_ arguments: String...) throws(UsageError) -> ParsedArguments {
    let required = arguments.contains { $0.hasPrefix("--to") } ? [] : ["--to", "you"]
    return try ParsedArguments(required + arguments, options: Sell.options)
  }
}

extension Program {
  /// Runs the program and ends the process with its exit code, as an executable does.
  func end(_ arguments: [String]) -> Never {
    exit(main(arguments).rawValue)
  }
}
