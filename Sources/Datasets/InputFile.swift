import Glibc

/// A regular file, open for reading from start to end.
struct InputFile: ~Copyable {
  let path: String
  /// The size in bytes when it was opened.
  let size: Int
  private let descriptor: CInt

  init(_ path: String) throws(DatasetError) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw InputFile.failure(of: path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = InputFile.failure(of: path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DatasetError(path: path, problem: .notAFile)
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads the next bytes; fewer than the buffer holds only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw InputFile.failure(of: path)
      }
      filled += count
    }
    return filled
  }

  /// Whether the file's first bytes are these.
  func starts(with prefix: [UInt8]) throws(DatasetError) -> Bool {
    var start = [UInt8](repeating: 0, count: prefix.count)
    let count = pread(descriptor, &start, start.count, 0)
    guard count >= 0 else { throw InputFile.failure(of: path) }
    return count == prefix.count && start == prefix
  }

  /// The error of the system call that just failed.
  private static func failure(of path: String) -> DatasetError {
    DatasetError(path: path, problem: .unreadable(reason: String(cString: strerror(errno))))
  }
}
