/// Reads a file's content in order: its bytes as they are, or decoded where it is gzipped.
///
/// The first bytes decide which, not the name.
struct ByteReader: ~Copyable {
  private let file: InputFile
  private let decoder: GzipDecoder?

  init(_ path: String) throws(DatasetError) {
    let file = try InputFile(path)
    decoder = try file.starts(with: GzipDecoder.magic) ? GzipDecoder(path: path) : nil
    self.file = file
  }

  var path: String { file.path }

  /// The most bytes that a file of this size can hold.
  var largestSize: Int {
    guard decoder != nil else { return file.size }
    let (product, overflow) = file.size.multipliedReportingOverflow(
      by: GzipDecoder.largestExpansion)
    return overflow ? .max : product
  }

  /// Reads the next bytes; fewer than the buffer holds only at the end of the content.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    guard let decoder else { return try file.read(into: buffer) }
    return try decoder.read(from: file, into: buffer)
  }

  /// Reads the next `count` bytes, or as many as there are.
  ///
  /// The array grows with what has been read, so that a file never makes more memory be taken than
  /// its content fills.
  func read(count: Int) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(count, ByteReader.chunkSize))
    while bytes.count < count {
      let wanted = min(chunk.count, count - bytes.count)
      let found = try chunk.withUnsafeMutableBufferPointer { chunk throws(DatasetError) in
        try read(into: UnsafeMutableRawBufferPointer(.init(rebasing: chunk[..<wanted])))
      }
      bytes.append(contentsOf: chunk[..<found])
      if found < wanted { break }
    }
    return bytes
  }

  private static let chunkSize = 1 << 20
}
