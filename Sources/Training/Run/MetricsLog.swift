import Glibc

/// `metrics.jsonl`: an object a line, the position first and then the numbers by their names.
final class MetricsLog {
  private let directory: String
  private let file: OpenFile
  /// Lines not yet written.
  private var buffer: [UInt8] = []
  private var writtenByteCount: Int

  /// Opens the file, which is made where there is none.
  init(in directory: String) throws {
    self.directory = directory
    file = try OpenFile(RunFile.metrics.path(in: directory), O_RDWR | O_CREAT)
    writtenByteCount = try file.size()
    try file.truncate(to: writtenByteCount)
  }

  /// The length of the file once everything is written.
  var byteCount: Int { writtenByteCount + buffer.count }

  /// Adds a line.
  func append(_ position: RunPosition, _ values: [String: Float]) {
    let members =
      [("step", "\(position.step)"), ("epoch", "\(position.epoch)")]
      + values.sorted { $0.key < $1.key }.map { ($0.key, JSONText.number($0.value)) }
    buffer += Array(JSONText.object(members).utf8)
    buffer.append(UInt8(ascii: "\n"))
  }

  /// Writes what was added.
  func flush() throws {
    let lines = buffer
    do {
      try lines.withUnsafeBytes { try file.write($0) }
    } catch {
      // Half a line would spoil the file.
      try file.truncate(to: writtenByteCount)
      throw error
    }
    writtenByteCount += lines.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Waits until everything has reached the disk.
  func synchronize() throws {
    try flush()
    try file.synchronize()
  }

  /// Takes back the lines behind a checkpoint.
  ///
  /// - Parameter byteCount: How long the file was when the checkpoint was saved.
  /// - Throws: `RunError` where it is shorter now, unless it is empty, as after it was deleted.
  func cut(to byteCount: Int) throws {
    guard writtenByteCount >= byteCount || writtenByteCount == 0 else {
      throw RunError(
        directory: directory, problem: .metrics(size: writtenByteCount, expected: byteCount))
    }
    buffer.removeAll()
    writtenByteCount = min(writtenByteCount, byteCount)
    try file.truncate(to: writtenByteCount)
  }
}
