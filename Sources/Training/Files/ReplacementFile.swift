import Glibc

/// A file written beside its place, and moved there when it is complete.
///
/// Whatever goes wrong before, the old file stays as it was, and the new one is removed.
package final class ReplacementFile {
  /// The file to be replaced.
  let target: String
  private let file: OpenFile
  /// Whether the file goes away with this object.
  private(set) var isTemporary = true

  /// Where the file for a place is written.
  static func temporaryPath(for target: String) -> String { target + ".tmp" }

  /// Begins an empty file.
  init(for target: String) throws(FileError) {
    self.target = target
    let path = ReplacementFile.temporaryPath(for: target)
    file = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC)
  }

  deinit {
    // Nothing depends on the removal: what is left is overwritten by the next attempt.
    if isTemporary { unlink(file.path) }
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) { try file.write(bytes) }

  /// Waits until everything has reached the disk; then the file can be moved into place.
  func finish() throws(FileError) { try file.synchronize() }

  /// Replaces the old file, for good when this returns.
  func moveIntoPlace() throws(FileError) {
    try rename(file.path, over: target)
    isTemporary = false
    try synchronizeDirectory(of: target)
  }

  /// Leaves the file where it is, even if it never moves.
  func keep() { isTemporary = false }

  /// Writes bytes as a whole file.
  package static func write(_ bytes: [UInt8], to target: String) throws {
    let file = try ReplacementFile(for: target)
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.finish()
    try file.moveIntoPlace()
  }
}

/// Renames a file within its directory, for good when this returns.
func move(_ source: String, to target: String) throws(FileError) {
  try rename(source, over: target)
  try synchronizeDirectory(of: target)
}

private func rename(_ source: String, over target: String) throws(FileError) {
  guard Glibc.rename(source, target) == 0 else {
    throw FileError(path: target, "cannot be replaced")
  }
}

private func synchronizeDirectory(of path: String) throws(FileError) {
  var directory = "."
  if let slash = path.lastIndex(of: "/") {
    directory = slash == path.startIndex ? "/" : String(path[..<slash])
  }
  try OpenDirectory(directory).synchronize()
}
