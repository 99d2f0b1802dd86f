import Foundation
import Testing

/// A directory that is removed with its last reference.
final class TemporaryDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "needletail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record("cannot remove \(url.path): \(error)")
    }
  }

  /// The path of a file in the directory.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// The bytes of a file.
  func data(of name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// The text of a file.
  func text(of name: String) throws -> String {
    String(decoding: try data(of: name), as: UTF8.self)
  }

  /// Writes a file, and the directories that lead to it.
  func write(_ data: Data, to name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// An empty file, open for writing.
  func newFile(_ name: String) throws -> FileHandle {
    try write(Data(), to: name)
    return try FileHandle(forWritingTo: url.appending(path: name))
  }

  /// Whether there is such a file.
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Changes the bytes of a file.
  func change(_ name: String, _ change: (inout Data) throws -> Void) throws {
    var data = try data(of: name)
    try change(&data)
    try write(data, to: name)
  }

  /// Replaces a part of a file's text, which must be there.
  func replace(_ part: String, with replacement: String, in name: String) throws {
    let text = try text(of: name)
    try #require(text.contains(part), "\(text)")
    try write(Data(text.replacingOccurrences(of: part, with: replacement).utf8), to: name)
  }
}

/// Files in the format of MNIST.
enum MNISTFile {
  /// Black pictures.
  static func images(count: UInt8, size: UInt8) -> Data {
    Data([0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, size, 0, 0, 0, size])
      + Data(count: Int(count) * Int(size) * Int(size))
  }

  static func labels(_ labels: [UInt8]) -> Data {
    Data([0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)]) + Data(labels)
  }
}
