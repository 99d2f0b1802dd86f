import Testing
import gpu_train

typealias Sell = Fixture.Sell

@Suite("Parsing of options")
struct ArgumentsParsingTests {
  @Test("A value follows a space or an equals sign, after a long or a short name")
  func valueForms() throws {
    for form in [["--count", "4"], ["--count=4"], ["-n", "4"], ["-n=4"]] {
      let arguments = try ParsedArguments(form, options: Sell.options)
      #expect(try arguments[Sell.count] == 4)
      #expect(arguments.isGiven(Sell.count))
    }
  }

  @Test("Options that are not given have their default, nil or false")
  func absentOptions() throws {
    let arguments = try Fixture.sell()
    #expect(try arguments[Sell.count] == 10)
    #expect(try arguments[Sell.limit] == nil)
    #expect(try arguments[Sell.rate] == nil)
    #expect(try arguments[Sell.tax] == 0.19)
    #expect(try arguments[Sell.kind] == "swift")
    #expect(try arguments[Sell.gift] == false)
    #expect(!arguments.isGiven(Sell.count))
  }

  @Test("Values of every kind arrive with their type")
  func typedValues() throws {
    let arguments = try Fixture.sell(
      "--limit", "7", "--shelf", "18446744073709551615", "--floor", "-2", "--discount-rate", "1e-3",
      "--tax", "0", "--kind", "swallow", "-g")
    #expect(try arguments[Sell.limit] == 7)
    #expect(try arguments[Sell.shelf] == UInt64.max)
    #expect(try arguments[Sell.floor] == -2)
    #expect(try arguments[Sell.rate] == 0.001)
    #expect(try arguments[Sell.tax] == 0)
    #expect(try arguments[Sell.kind] == "swallow")
    #expect(try arguments[Sell.to] == "you")
    #expect(try arguments[Sell.gift])
  }

  @Test("Of an option given twice the last value holds")
  func lastValueHolds() throws {
    let arguments = try Fixture.sell("--count", "1", "-n", "2", "--gift", "--gift")
    #expect(try arguments[Sell.count] == 2)
    #expect(try arguments[Sell.gift])
  }

  @Test("A value may hold equals signs and spaces, be one dash or begin with dashes after '='")
  func unusualTexts() throws {
    for text in ["a=b", "-", "two words", "--gift", "ä"] {
      let arguments = try ParsedArguments(["--to=\(text)"], options: Sell.options)
      #expect(try arguments[Sell.to] == text)
    }
    let dash = try ParsedArguments(["--to", "-"], options: Sell.options)
    #expect(try dash[Sell.to] == "-")
  }

  @Test("Nothing need follow the terminator")
  func terminator() throws {
    #expect(try Fixture.sell("--count", "2", "--")[Sell.count] == 2)
  }

  @Test(
    "What cannot be parsed is named",
    arguments: [
      (["--cuont", "3"], "Unknown option '--cuont'. Did you mean '--count'?"),
      (["--cuont=3"], "Unknown option '--cuont'. Did you mean '--count'?"),
      (["-count", "3"], "Unknown option '-count'. Did you mean '--count'?"),
      (["--discount"], "Unknown option '--discount'. Did you mean '--discount-rate'?"),
      (["--hlep"], "Unknown option '--hlep'. Did you mean '--help'?"),
      (["--colour"], "Unknown option '--colour'."),
      (["-x"], "Unknown option '-x'."),
      (["---"], "Unknown option '---'."),
      (["--count"], "Missing value for '--count <count>'"),
      (["-n", "--gift"], "Missing value for '--count <count>'"),
      (["--to", "--", "me"], "Missing value for '--to <customer>'"),
      (["--gift=yes"], "The option '--gift' takes no value, but 'yes' was given"),
      (["blue"], "Unexpected argument 'blue'"),
      (["-5"], "Unexpected argument '-5'"),
      ([""], "Unexpected argument ''"),
      (["--", "--gift"], "Unexpected argument '--gift'"),
      (["a", "--gift", "b", "--", "-c"], "3 unexpected arguments: 'a', 'b', '-c'"),
    ])
  func parseErrors(arguments: [String], message: String) {
    #expect(throws: UsageError(message)) {
      try ParsedArguments(arguments, options: Sell.options)
    }
  }

  @Test("An option that is required is missed")
  func missingOption() throws {
    let arguments = try ParsedArguments([], options: Sell.options)
    #expect(throws: UsageError("Missing expected argument '--to <customer>'")) {
      try arguments[Sell.to]
    }
  }

  @Test(
    "Whole numbers are refused if they are none, out of range or too large",
    arguments: [
      ("x", "expected a whole number of at least 1"),
      ("", "expected a whole number of at least 1"),
      ("2.5", "expected a whole number of at least 1"),
      ("1_000", "expected a whole number of at least 1"),
      ("0", "expected a whole number of at least 1"),
      ("-3", "expected a whole number of at least 1"),
      ("9223372036854775808", "expected a whole number of at most 9223372036854775807"),
    ])
  func wholeNumberErrors(text: String, reason: String) throws {
    let arguments = try Fixture.sell("--count", text)
    #expect(throws: UsageError("The value '\(text)' is invalid for '--count <count>': \(reason)")) {
      try arguments[Sell.count]
    }
  }

  @Test("An unbounded whole number states only the bound of an unsigned type")
  func unboundedWholeNumbers() throws {
    let arguments = try Fixture.sell("--shelf", "-1", "--floor", "up")
    let shelf = "The value '-1' is invalid for '--shelf <shelf>': "
    #expect(throws: UsageError(shelf + "expected a whole number of at least 0")) {
      try arguments[Sell.shelf]
    }
    let floor = "The value 'up' is invalid for '--floor <floor>': "
    #expect(throws: UsageError(floor + "expected a whole number")) {
      try arguments[Sell.floor]
    }
  }

  @Test(
    "Numbers are refused if they are none, not finite or out of range",
    arguments: ["x", "", "nan", "-nan", "inf", "-infinity", "1e400", "-0.1", "-1", "1,5"])
  func numberErrors(text: String) throws {
    let arguments = try ParsedArguments(["--discount-rate=\(text)"], options: Sell.options)
    let message = """
      The value '\(text)' is invalid for '--discount-rate <rate>': \
      expected a finite number of at least 0
      """
    #expect(throws: UsageError(message)) { try arguments[Sell.rate] }
  }

  @Test("A number in a range stays below its upper bound", arguments: ["1", "-0.5", "nan"])
  func rangeErrors(text: String) throws {
    let arguments = try Fixture.sell("--tax", text)
    let message = """
      The value '\(text)' is invalid for '--tax <tax>': \
      expected a finite number of at least 0 and below 1
      """
    #expect(throws: UsageError(message)) { try arguments[Sell.tax] }
  }

  @Test("An unknown choice lists the choices and suggests the nearest")
  func choiceErrors() throws {
    let list = "expected one of swift, swallow, needletail"
    let start = "The value 'swfit' is invalid for '--kind <kind>': "
    let misspelt = try Fixture.sell("--kind", "swfit")
    #expect(throws: UsageError("\(start)\(list). Did you mean 'swift'?")) {
      try misspelt[Sell.kind]
    }
    let other = try Fixture.sell("--kind", "penguin")
    #expect(throws: UsageError("The value 'penguin' is invalid for '--kind <kind>': \(list)")) {
      try other[Sell.kind]
    }
  }

  @Test("An empty text is refused")
  func emptyText() throws {
    let arguments = try Fixture.sell("--to=")
    let message = """
      The value '' is invalid for '--to <customer>': expected a text that is not empty
      """
    #expect(throws: UsageError(message)) { try arguments[Sell.to] }
  }

  @Test("Reading an option that the command does not declare is a programming error")
  func undeclaredOption() async {
    await #expect(processExitsWith: .failure) {
      let arguments = try ParsedArguments([], options: [])
      _ = try arguments[Sell.count]
    }
  }
}
