import CZlib
import Datasets
import Glibc
import Tensors

/// A directory for files of a test, removed with the value.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/needletail-datasets-XXXXXX".utf8CString)
    guard let path = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) else {
      throw FixtureError(description: "mkdtemp: \(String(cString: strerror(errno)))")
    }
    self.path = String(cString: path)
  }

  deinit {
    for file in files { unlink("\(path)/\(file)") }
    rmdir(path)
  }

  private var files: [String] = []

  func write(_ bytes: [UInt8], to name: String) throws {
    files.append(name)
    guard let file = fopen("\(path)/\(name)", "wb") else {
      throw FixtureError(description: "\(name): \(String(cString: strerror(errno)))")
    }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else {
      throw FixtureError(description: "\(name): not written")
    }
  }

  func makePipe(_ name: String) throws {
    files.append(name)
    guard mkfifo("\(path)/\(name)", 0o600) == 0 else {
      throw FixtureError(description: "\(name): \(String(cString: strerror(errno)))")
    }
  }
}

struct FixtureError: Error, CustomStringConvertible {
  let description: String
}

/// The bytes of an IDX file; the element type is unsigned bytes unless another is given.
func idx(_ extents: [Int], _ elements: [UInt8], type: UInt8 = 0x08) -> [UInt8] {
  var bytes: [UInt8] = [0, 0, type, UInt8(extents.count)]
  for extent in extents {
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: extent >> shift)) }
  }
  return bytes + elements
}

/// The bytes as one member of a gzip file.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let version = CInt(MemoryLayout<z_stream>.size)
  precondition(
    deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, version) == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = uInt(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = uInt(output.count)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      return Int(stream.total_out)
    }
  }
  return Array(output[..<count])
}

/// 64-bit FNV-1a, for golden values.
func hash(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// A data set whose image `i` has the two pixels ⌊i / 256⌋ and i mod 256, and the label i mod 10.
func numberedImages(_ count: Int) -> Dataset {
  Dataset(
    name: "numbers", pixels: (0..<count).flatMap { [UInt8($0 / 256), UInt8($0 % 256)] },
    labels: (0..<count).map { UInt8($0 % 10) }, imageShape: [1, 1, 2],
    classNames: (0..<10).map(String.init))
}

/// The numbers of the images in batches of `numberedImages`, batch by batch.
func numbers(in batches: some Sequence<Batch>) throws -> [[Int]] {
  try withDevice(.cpu) {
    try batches.map { batch in
      let pixels = try batch.images.scalars().map { Int(($0 * 255).rounded()) }
      return (0..<batch.count).map { pixels[2 * $0] * 256 + pixels[2 * $0 + 1] }
    }
  }
}
