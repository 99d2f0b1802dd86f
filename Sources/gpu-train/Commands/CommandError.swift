/// Why a command cannot do its work, where no part of the library says so.
struct CommandError: Error, CustomStringConvertible {
  /// A sentence for the user.
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
