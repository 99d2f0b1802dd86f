/// A file of unsigned bytes in LeCun's IDX format, plain or gzipped: MNIST's.
///
/// Layout: two bytes 0, the element type (0x08, unsigned bytes), the number of axes, then the
/// extents as big-endian 32-bit numbers, outermost first, then the elements in row-major order.
/// http://yann.lecun.com/exdb/mnist describes it.
struct IDXFile {
  let extents: [Int]
  let bytes: [UInt8]

  /// Reads a whole file of that many axes.
  init(_ path: String, rank: Int) throws(DatasetError) {
    let reader = try ByteReader(path)
    let header = try IDXHeader(from: reader, rank: rank)
    bytes = try reader.read(count: header.elementCount)
    guard bytes.count == header.elementCount else {
      throw DatasetError(
        path: path,
        problem: .truncated(claimed: header.fileSize, found: header.size + bytes.count))
    }
    // Also makes a gzip decoder reach the checksum at the end.
    guard try reader.read(count: 1).isEmpty else {
      throw DatasetError(path: path, problem: .trailingBytes(claimed: header.fileSize))
    }
    extents = header.extents
  }

  /// Reads a file's extents only.
  static func extents(of path: String, rank: Int) throws(DatasetError) -> [Int] {
    try IDXHeader(from: ByteReader(path), rank: rank).extents
  }
}

/// The header of an IDX file, found to fit the size of its file.
private struct IDXHeader {
  let extents: [Int]
  let elementCount: Int
  /// The header's own size in bytes.
  var size: Int { 4 + 4 * extents.count }
  /// The size in bytes of the header and the elements.
  var fileSize: Int { size + elementCount }

  private static let unsignedByte: UInt8 = 0x08

  init(from reader: borrowing ByteReader, rank: Int) throws(DatasetError) {
    let path = reader.path
    let magic = try IDXHeader.readNumber(from: reader, headerSize: 4 + 4 * rank, at: 0)
    guard magic >> 16 == 0 else { throw DatasetError(path: path, problem: .notIDX(magic: magic)) }
    let type = UInt8(truncatingIfNeeded: magic >> 8)
    guard type == IDXHeader.unsignedByte else {
      throw DatasetError(path: path, problem: .elementType(code: type))
    }
    let found = Int(magic & 0xFF)
    guard found == rank else {
      throw DatasetError(path: path, problem: .rank(found: found, expected: rank))
    }
    var extents: [Int] = []
    for axis in 0..<rank {
      let position = 4 + 4 * axis
      extents.append(
        Int(try IDXHeader.readNumber(from: reader, headerSize: 4 + 4 * rank, at: position)))
    }
    guard !extents.contains(0) else {
      throw DatasetError(path: path, problem: .empty(extents: extents))
    }
    self.extents = extents
    elementCount = try IDXHeader.elementCount(extents, fitting: reader)
  }

  /// Reads a big-endian number of the header, of which it is the `position`-th byte.
  private static func readNumber(
    from reader: borrowing ByteReader, headerSize: Int, at position: Int
  ) throws(DatasetError) -> UInt32 {
    let bytes = try reader.read(count: 4)
    guard bytes.count == 4 else {
      throw DatasetError(
        path: reader.path, problem: .truncated(claimed: headerSize, found: position + bytes.count))
    }
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The product of the extents, if a file of this size can hold as many bytes.
  private static func elementCount(
    _ extents: [Int], fitting reader: borrowing ByteReader
  ) throws(DatasetError) -> Int {
    let possible = reader.largestSize - (4 + 4 * extents.count)
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= possible else {
        throw DatasetError(
          path: reader.path, problem: .tooLarge(extents: extents, possible: possible))
      }
      count = product
    }
    return count
  }
}
