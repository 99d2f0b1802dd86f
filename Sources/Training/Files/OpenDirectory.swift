import Glibc

/// An open directory; each failure names its path.
final class OpenDirectory: Sendable {
  let path: String
  private let descriptor: CInt

  init(_ path: String) throws(FileError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, "cannot be opened") }
    self.path = path
  }

  deinit {
    // A process that another thread is just starting has a copy of the descriptor, with which the
    // lock would outlive closing this one.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Waits until renames have reached the disk.
  func synchronize() throws(FileError) {
    // Some file systems cannot do it for directories; they say EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileError(path: path, "cannot be written")
    }
  }

  /// Keeps other programs from locking the directory until this object is gone; false where one
  /// has done so already.
  func lock() -> Bool {
    // File systems without locks report other errors; there, nothing can be kept out.
    flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
  }

  /// Whether there is nothing in the directory.
  func isEmpty() throws(FileError) -> Bool {
    guard let stream = opendir(path) else { throw FileError(path: path, "cannot be read") }
    defer { closedir(stream) }
    var count = 0
    // Every directory has the entries "." and "..".
    while count <= 2, readdir(stream) != nil { count += 1 }
    return count <= 2
  }

  /// Makes a directory and those it is in, as far as they do not exist.
  static func create(_ path: String) throws(FileError) {
    var end = path.startIndex
    while end != path.endIndex {
      end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      let part = String(path[..<end])
      guard mkdir(part, 0o777) == 0 || errno == EEXIST || isDirectory(part) else {
        throw FileError(path: part, "cannot be made")
      }
    }
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

/// Whether there is anything at a path.
func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }
