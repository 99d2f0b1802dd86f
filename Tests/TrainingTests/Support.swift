import Datasets
import Glibc
import Tensors
import Testing
import Training

/// A directory that goes away with this object.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/needletail-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no directory can be made in /tmp") }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit { remove(path) }

  /// The path of a file in the directory.
  subscript(name: String) -> String { path + "/" + name }
}

private func remove(_ path: String) {
  for name in entries(of: path) ?? [] { remove(path + "/" + name) }
  Glibc.remove(path)
}

/// The sorted names in a directory, or nil where it is none.
func entries(of path: String) -> [String]? {
  guard let stream = opendir(path) else { return nil }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// The bytes of a file.
func contents(of path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "r"), "\(path) cannot be opened")
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}

/// The lines of a file.
func lines(of path: String) throws -> [Substring] {
  String(decoding: try contents(of: path), as: UTF8.self).split(separator: "\n")
}

/// Writes a file.
func write(_ bytes: [UInt8], to path: String) throws {
  let file = try #require(fopen(path, "w"), "\(path) cannot be written")
  #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  #expect(fclose(file) == 0)
}
