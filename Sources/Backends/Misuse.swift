/// Stops the program over a programming error: shapes or types that do not fit an operation.
///
/// Environment trouble (no device, no memory, a broken file) is never reported this way; it is
/// thrown.
///
/// - Parameter message: The operation, what is wrong, and every shape involved.
public func misuse(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError(message, file: file, line: line)
}
