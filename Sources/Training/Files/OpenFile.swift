import Glibc

/// An open regular file; each failure names its path.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: CInt

  /// Opens a file; `flags` are those of open(2), new files are readable by all.
  init(_ path: String, _ flags: CInt) throws(FileError) {
    // Without O_NONBLOCK, opening a pipe would wait for its other end.
    descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, "cannot be opened") }
    self.path = path
    guard try status().st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, finding: "is not a regular file", advice: "check the path")
    }
  }

  deinit { close(descriptor) }

  /// The size in bytes.
  func size() throws(FileError) -> Int { Int(try status().st_size) }

  /// Reads bytes from an offset; fewer than the buffer holds only at the end of the file.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
      if count == 0 { break }
      if count < 0 {
        guard errno == EINTR else { throw FileError(path: path, "cannot be read") }
      } else {
        filled += count
      }
    }
    return filled
  }

  /// Reads as many bytes from an offset, or those up to the end of the file.
  func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      initializedCount = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
  }

  /// Writes bytes where the last write ended.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        guard errno == EINTR else { throw FileError(path: path, "cannot be written") }
      } else {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Cuts the file off, and writes from there on.
  func truncate(to size: Int) throws(FileError) {
    guard ftruncate(descriptor, off_t(size)) == 0, lseek(descriptor, off_t(size), SEEK_SET) >= 0
    else { throw FileError(path: path, "cannot be cut back") }
  }

  /// Waits until what was written has reached the disk.
  func synchronize() throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(path: path, "cannot be written") }
  }

  private func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FileError(path: path, "cannot be examined")
    }
    return status
  }
}
