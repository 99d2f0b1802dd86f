import CZlib

/// Decodes a gzip file (RFC 1952) of one or several members.
///
/// zlib's own `gzread` would do, but it passes over bytes behind the stream in silence.
final class GzipDecoder {
  /// The bytes that every gzip file starts with.
  static let magic: [UInt8] = [0x1F, 0x8B]

  /// The most bytes that one byte of a deflate stream stands for, as zlib's documentation derives.
  static let largestExpansion = 1032

  private static let inputSize = 1 << 16

  /// The largest window; the 16 asks for gzip's header and checksum instead of zlib's.
  private static let windowBits = MAX_WBITS + 16

  private let input: UnsafeMutableRawBufferPointer
  /// zlib's state points back at this, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var ended = false

  /// Makes a decoder for the file of this path, which only its errors name.
  init(path: String) throws(DatasetError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: GzipDecoder.inputSize, alignment: 16)
    let status = inflateInit2_(
      stream, GzipDecoder.windowBits, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw DatasetError(
        path: path, problem: .unreadable(reason: "zlib does not start (status \(status))"))
    }
  }

  deinit {
    inflateEnd(stream)  // Does nothing where it did not start.
    stream.deallocate()
    input.deallocate()
  }

  /// Decodes the file's next bytes; fewer than the buffer holds only at the end of the data.
  func read(
    from file: borrowing InputFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws(DatasetError) -> Int {
    var filled = 0
    while filled < buffer.count, !ended {
      try refill(from: file)
      let count = min(buffer.count - filled, Int(uInt.max))
      stream.pointee.next_out = buffer.baseAddress?.advanced(by: filled)
        .assumingMemoryBound(to: Bytef.self)
      stream.pointee.avail_out = uInt(count)
      let status = inflate(stream, Z_NO_FLUSH)
      filled += count - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK: break
      case Z_STREAM_END: try startNextMember(of: file)
      case Z_BUF_ERROR: throw corrupt(file.path, "it is cut off")
      default:
        let message = stream.pointee.msg.map { String(cString: $0) }
        throw corrupt(file.path, message ?? "zlib's status \(status)")
      }
    }
    return filled
  }

  /// Reads the file on where zlib has used all that it was given.
  private func refill(from file: borrowing InputFile) throws(DatasetError) {
    guard stream.pointee.avail_in == 0 else { return }
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_in = uInt(try file.read(into: input))
  }

  /// Goes on behind a member: to the next one, or to the end of the file.
  private func startNextMember(of file: borrowing InputFile) throws(DatasetError) {
    try refill(from: file)
    guard stream.pointee.avail_in > 0 else {
      ended = true
      return
    }
    guard stream.pointee.next_in.pointee == GzipDecoder.magic[0] else {
      throw corrupt(file.path, "other bytes follow it")
    }
    inflateReset(stream)
  }

  private func corrupt(_ path: String, _ reason: String) -> DatasetError {
    DatasetError(path: path, problem: .corruptGzip(reason: reason))
  }
}
