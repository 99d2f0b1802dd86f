/// A program made of subcommands: parses its command line, runs the command, reports errors.
package struct Program: Sendable {
  package let name: String
  package let abstract: String
  package let version: String
  package let commands: [any Command.Type]

  package init(
    name: String, abstract: String, version: String, commands: [any Command.Type]
  ) {
    self.name = name
    self.abstract = abstract
    self.version = version
    self.commands = commands
  }

  /// What a command line asks for.
  package enum Request {
    /// To print a text: a help page or the version.
    case show(String)

    /// To run a command with its arguments.
    case run(any Command.Type, arguments: [String])
  }

  /// Does what `arguments`, without the program's name, ask for, and returns the exit code.
  ///
  /// Results go to the standard output and messages to the standard error. The code is 0 on
  /// success, 64 for a wrong command line, 1 for any other error.
  package func main(_ arguments: [String]) -> ExitCode {
    let code = perform(arguments)
    guard Terminal.hasPrintedAll() else {
      printMessage("Error: The results could not be written to the standard output")
      return code == .success ? .failure : code
    }
    return code
  }

  private func perform(_ arguments: [String]) -> ExitCode {
    do throws(UsageError) {
      switch try request(for: arguments, width: Terminal.width) {
      case .show(let text):
        print(text)
        return .success
      case .run(let command, let arguments):
        return run(command, arguments)
      }
    } catch {
      return report(error, help)
    }
  }

  /// What `arguments`, without the program's name, ask for.
  ///
  /// Help is shown in lines of `width` characters, and wherever `--help` stands: a user who asks
  /// for help need not first correct the rest.
  package func request(for arguments: [String], width: Int) throws(UsageError) -> Request {
    guard let first = arguments.first else { return .show(help.text(width: width)) }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "-h", "--help":
      return .show(help.text(width: width))
    case "--version":
      return .show(version)
    case "help":
      guard let topic = rest.first else { return .show(help.text(width: width)) }
      return .show(try help(of: command(named: topic)).text(width: width))
    case _ where looksLikeOption(first):
      throw .unknownOption(first, among: ["version"])
    default:
      let command = try command(named: first)
      let asksForHelp = rest.prefix { $0 != "--" }.contains { ["-h", "--help"].contains($0) }
      if asksForHelp { return .show(help(of: command).text(width: width)) }
      return .run(command, arguments: rest)
    }
  }

  private func run(_ command: any Command.Type, _ arguments: [String]) -> ExitCode {
    do {
      try command.init(from: ParsedArguments(arguments, options: command.options)).run()
      return .success
    } catch let error as UsageError {
      return report(error, help(of: command))
    } catch let code as ExitCode {
      return code
    } catch {
      printMessage("Error: \(error)")
      return .failure
    }
  }

  private func report(_ error: UsageError, _ help: Help) -> ExitCode {
    printMessage(
      """
      Error: \(error)
      \("Usage: \(help.usage)".wrapped(to: Terminal.width, hangingIndent: 7))
        See '\(help.path) --help' for more information.
      """)
    return .usage
  }

  private func command(named name: String) throws(UsageError) -> any Command.Type {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let suggestion = nearest(to: name, in: commands.map { $0.name } + ["help"])
    throw UsageError(
      "Unknown subcommand '\(name)'.\(suggestion.map { " Did you mean '\($0)'?" } ?? "")")
  }

  private var help: Help {
    Help(
      path: name, abstract: abstract,
      subcommands: commands.map { ($0.name, $0.abstract) })
  }

  private func help(of command: any Command.Type) -> Help {
    Help(
      path: "\(name) \(command.name)", abstract: command.abstract,
      discussion: command.discussion, options: command.options)
  }
}
