import Glibc
import Testing
import gpu_train

@Suite("A program's help, errors and exit codes")
struct ArgumentsProgramTests {
  /// The text that `arguments` show.
  func shown(_ arguments: String..., width: Int = 80) throws -> String? {
    guard case .show(let text) = try Fixture.program.request(for: arguments, width: width) else {
      return nil
    }
    return text
  }

  static let programHelp = """
    OVERVIEW: Sell birds.

    USAGE: shop <subcommand>

    OPTIONS:
      --version               Show the version.
      -h, --help              Show help information.

    SUBCOMMANDS:
      sell                    Sell some birds.
      close                   Close the shop, which ends with code 3.
      fail                    Find that something is wrong.

      See 'shop help <subcommand>' for detailed help.
    """

  static let sellHelp = """
    OVERVIEW: Sell some birds.

    Birds are sold by the piece.
      shop sell --to me
    None is taken back.

    USAGE: shop sell [--count <count>] [--limit <limit>] [--shelf <shelf>]
           [--floor <floor>] [--discount-rate <rate>] [--tax <tax>] [--kind <kind>]
           --to <customer> [--gift]

    OPTIONS:
      -n, --count <count>     How many. (default: 10)
      --limit <limit>         At most.
      --shelf <shelf>         From where. (default: 3)
      --floor <floor>         On which floor. (default: 0)
      --discount-rate <rate>  What is taken off the price, as a part of it.
                              (default: by customer)
      --tax <tax>             Tax. (default: 0.19)
      --kind <kind>           Which bird. (values: swift, swallow, needletail;
                              default: swift)
      --to <customer>         To whom.
      -g, --gift              Wrap it.
      -h, --help              Show help information.
    """

  @Test("The program's help is shown without arguments, and when asked for")
  func programHelp() throws {
    #expect(try shown() == Self.programHelp)
    #expect(try shown("--help") == Self.programHelp)
    #expect(try shown("-h") == Self.programHelp)
    #expect(try shown("help") == Self.programHelp)
  }

  @Test("A command's help is shown wherever it is asked for")
  func commandHelp() throws {
    #expect(try shown("sell", "--help") == Self.sellHelp)
    #expect(try shown("sell", "-h") == Self.sellHelp)
    #expect(try shown("help", "sell") == Self.sellHelp)
    #expect(try shown("sell", "--unknown", "--count", "x", "--help") == Self.sellHelp)
    #expect(try shown("sell", "--", "--help") == nil)
  }

  @Test("Help keeps within the width of the terminal")
  func helpWidth() throws {
    let narrow = try #require(try shown("sell", "--help", width: 50))
    #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 50 })
    #expect(narrow.contains("  --discount-rate <rate>  What is taken off the\n"))
    let wide = try #require(try shown("sell", "--help", width: 300))
    #expect(wide.contains("USAGE: shop sell [--count <count>]"))
    #expect(wide.split(separator: "\n").contains { $0.hasSuffix("--to <customer> [--gift]") })
  }

  @Test("A label too long for its column stands on a line of its own; many options are collapsed")
  func longHelp() throws {
    struct Many: Command {
      static let name = "many"
      static let abstract = "Has many options."
      static let options: [any OptionDeclaration] =
        (1...12).map { Option(flag: "flag-\($0)", help: "Flag.") }
        + [Option("must", required: .text(), value: "a-name-of-some-length", help: "Must be.")]

      init(from arguments: ParsedArguments) {}
      func run() {}
    }
    let program = Program(name: "p", abstract: "", version: "", commands: [Many.self])
    guard case .show(let text) = try program.request(for: ["many", "-h"], width: 80) else {
      Issue.record("no help is shown")
      return
    }
    #expect(text.contains("\nUSAGE: p many [<options>] --must <a-name-of-some-length>\n"))
    #expect(
      text.contains("\n  --must <a-name-of-some-length>\n                          Must be.\n"))
  }

  @Test("The version is shown")
  func version() throws {
    #expect(try shown("--version") == "1.2.3")
  }

  @Test("A program without commands shows its help and version")
  func emptyProgram() throws {
    let program = Program(name: "p", abstract: "Does nothing.", version: "1", commands: [])
    guard case .show(let text) = try program.request(for: [], width: 80) else {
      Issue.record("no help is shown")
      return
    }
    #expect(text.hasPrefix("OVERVIEW: Does nothing.\n\nUSAGE: p <subcommand>\n"))
    #expect(!text.contains("SUBCOMMANDS"))
  }

  @Test(
    "What is not a subcommand or an option of the program is named",
    arguments: [
      (["sel"], "Unknown subcommand 'sel'. Did you mean 'sell'?"),
      (["help", "clsoe"], "Unknown subcommand 'clsoe'. Did you mean 'close'?"),
      (["hepl"], "Unknown subcommand 'hepl'. Did you mean 'help'?"),
      (["breed"], "Unknown subcommand 'breed'."),
      ([""], "Unknown subcommand ''."),
      (["--verison"], "Unknown option '--verison'. Did you mean '--version'?"),
      (["--count", "3", "sell"], "Unknown option '--count'."),
    ])
  func requestErrors(arguments: [String], message: String) {
    #expect(throws: UsageError(message)) {
      _ = try Fixture.program.request(for: arguments, width: 80)
    }
  }

  @Test("A wrong command line ends with code 64, the message, the usage and where to find help")
  func usageErrorOutput() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(64),
      observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      Fixture.program.end(["sell", "--coutn", "3"])
    }
    let message = """
      Error: Unknown option '--coutn'. Did you mean '--count'?
      Usage: shop sell [--count <count>] [--limit <limit>] [--shelf <shelf>]
             [--floor <floor>] [--discount-rate <rate>] [--tax <tax>] [--kind <kind>]
             --to <customer> [--gift]
        See 'shop sell --help' for more information.

      """
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == message)
    #expect(!String(decoding: result.standardOutputContent, as: UTF8.self).contains("Usage"))
  }

  @Test("An unknown subcommand ends with code 64 and the program's usage")
  func unknownSubcommandOutput() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
    ) {
      Fixture.program.end(["clos"])
    }
    let message = """
      Error: Unknown subcommand 'clos'. Did you mean 'close'?
      Usage: shop <subcommand>
        See 'shop --help' for more information.

      """
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self) == message)
  }

  @Test("Errors in a command's reading of its options end with code 64")
  func readingErrors() async {
    await #expect(processExitsWith: .exitCode(64)) {
      Fixture.program.end(["sell", "--to", "you", "--count", "0"])
    }
    await #expect(processExitsWith: .exitCode(64)) { Fixture.program.end(["sell"]) }
    await #expect(processExitsWith: .exitCode(64)) {
      Fixture.program.end(["sell", "--to", "me", "--gift"])
    }
  }

  @Test("Help, the version and a command that succeeds end with code 0")
  func success() async {
    await #expect(processExitsWith: .exitCode(0)) { Fixture.program.end(["help", "sell"]) }
    await #expect(processExitsWith: .exitCode(0)) { Fixture.program.end(["--version"]) }
    await #expect(processExitsWith: .exitCode(0)) {
      Fixture.program.end(["sell", "--to", "me"])
    }
  }

  @Test("A command ends with the code that it throws, and with 1 and a message otherwise")
  func commandErrors() async throws {
    let silent = try await #require(
      processExitsWith: .exitCode(3), observing: [\.standardErrorContent]
    ) {
      Fixture.program.end(["close"])
    }
    #expect(!String(decoding: silent.standardErrorContent, as: UTF8.self).contains("Error"))
    let failed = try await #require(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      Fixture.program.end(["fail"])
    }
    let message = String(decoding: failed.standardErrorContent, as: UTF8.self)
    #expect(message == "Error: the birds have flown\n")
  }

  @Test("Output that cannot be written ends with code 1 and a message")
  func lostOutput() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(1), observing: [\.standardErrorContent]
    ) {
      dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
      Fixture.program.end(["--version"])
    }
    let message = "Error: The results could not be written to the standard output\n"
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains(message))
  }
}
