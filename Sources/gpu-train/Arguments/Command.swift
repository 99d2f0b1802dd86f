/// A subcommand of a program: how it is called, and what it does.
///
/// Each option is declared once, as a static ``Option``, and listed in ``options``. The declaration
/// drives parsing, the help text and the suggestions for misspelt names.
package protocol Command: SendableMetatype {
  /// The word that selects the command.
  static var name: String { get }

  /// What the command does, in one sentence.
  static var abstract: String { get }

  /// More to know, shown in the help below the abstract; empty if there is no more.
  static var discussion: String { get }

  /// Every option that the command accepts, in the order of the help text.
  static var options: [any OptionDeclaration] { get }

  /// Reads the options' values, and throws a ``UsageError`` for what cannot be meant.
  init(from arguments: ParsedArguments) throws

  /// Does the work.
  ///
  /// Throws an ``ExitCode`` to end with that code and no further message; any other error is
  /// printed, and the program ends with code 1.
  func run() throws
}

extension Command {
  package static var discussion: String { "" }
}

/// The number with which the program ends; thrown to end it without a message.
package struct ExitCode: Error, Equatable {
  package let rawValue: Int32

  package init(_ rawValue: Int32) {
    self.rawValue = rawValue
  }

  package static let success = ExitCode(0)
  package static let failure = ExitCode(1)

  /// The command line was wrong: `EX_USAGE` of `sysexits.h`.
  package static let usage = ExitCode(64)

  /// The work was stopped by Ctrl-C: 128 plus the number of SIGINT, as shells have it.
  package static let interrupted = ExitCode(130)
}

/// A command line that cannot be followed, and why.
///
/// The program prints the message with the command's usage, and ends with code 64.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  /// A sentence for the user.
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
