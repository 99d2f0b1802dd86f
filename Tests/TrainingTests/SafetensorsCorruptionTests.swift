import Tensors
import Testing
import Training

@Suite struct SafetensorsCorruptionTests {
  private let directory = TemporaryDirectory()
  private var path: String { directory["file.safetensors"] }

  @Test("A file cut off anywhere is an error that names it")
  func truncations() throws {
    for length in 0..<SafetensorsGolden.bytes.count {
      try write(Array(SafetensorsGolden.bytes[..<length]), to: path)
      let error = #expect(throws: SafetensorsError.self, "\(length) bytes") {
        try SafetensorsFile(path)
      }
      #expect(error?.path == path)
    }
  }

  @Test("A file that goes on behind its tensors is an error")
  func trailingByte() throws {
    try write(SafetensorsGolden.bytes + [0], to: path)
    #expect(throws: SafetensorsError(path: path, problem: .dataSize(claimed: 40, found: 41))) {
      try SafetensorsFile(path)
    }
  }

  /// The format has no checksum.
  ///
  /// A bit that turns a letter of a name into another makes a sound file with another name. But it
  /// never changes what the tensors hold.
  @Test("A bit flipped in the header is an error, or leaves the elements as they are")
  func bitFlips() throws {
    let headerByteCount = SafetensorsGolden.bytes.count - 40
    let elements = try SafetensorsGolden.names.map { name in
      let tensor = SafetensorsGolden.tensors()[name]!
      return tensor.dtype == .float32 ? try tensor.scalars() : try tensor.integers().map(Float.init)
    }
    var errors = 0
    for bit in 0..<headerByteCount * 8 {
      var bytes = SafetensorsGolden.bytes
      bytes[bit / 8] ^= 1 << (bit % 8)
      try write(bytes, to: path)
      do {
        let file = try SafetensorsFile(path)
        let read = try file.names.map { name in
          let tensor = try file.tensor(name, device: .cpu)
          return tensor.dtype == .float32
            ? try tensor.scalars() : try tensor.integers().map(Float.init)
        }
        // Where names change their order, empty tensors may too.
        #expect(read.filter { !$0.isEmpty } == elements.filter { !$0.isEmpty }, "bit \(bit)")
      } catch is SafetensorsError {
        errors += 1
      }
    }
    // Structure, numbers and keys make up most of a header.
    #expect(errors > headerByteCount * 8 / 2)
  }

  struct Lie: CustomTestStringConvertible, Sendable {
    let header: String
    let dataByteCount: Int
    let problem: SafetensorsError.Problem
    var testDescription: String { "\(problem)" }

    init(_ header: String, _ dataByteCount: Int, _ problem: SafetensorsError.Problem) {
      self.header = header
      self.dataByteCount = dataByteCount
      self.problem = problem
    }
  }

  static let lies = [
    Lie(tensor("F32", "[2]", "[0,8]"), 4, .dataSize(claimed: 8, found: 4)),
    Lie(tensor("F32", "[2]", "[0,4]"), 4, .size(tensor: "x", bytes: 4, expected: 8)),
    Lie(tensor("F32", "[1]", "[4,0]"), 4, .offset(tensor: "x", begin: 4, expected: 0)),
    Lie(tensor("F32", "[1]", "[0,-4]"), 4, .size(tensor: "x", bytes: -4, expected: 4)),
    Lie(tensor("F32", "[1]", "[-4,0]"), 4, .offset(tensor: "x", begin: -4, expected: 0)),
    Lie(tensor("F32", "[1]", "[4,8]"), 8, .offset(tensor: "x", begin: 4, expected: 0)),
    Lie(tensor("F32", "[-1]", "[0,4]"), 4, .shape(tensor: "x", extents: [-1])),
    Lie(
      tensor("F32", "[4611686018427387904]", "[0,0]"), 0,
      .shape(tensor: "x", extents: [1 << 62])),
    Lie(
      tensor("F32", "[0,4611686018427387904]", "[0,0]"), 0,
      .shape(tensor: "x", extents: [0, 1 << 62])),
    Lie(
      tensor("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4,
      .shape(tensor: "x", extents: Array(repeating: 1, count: 9))),
    Lie(
      tensor("F32", "[1]", "[0]"), 4,
      .header(reason: "the data_offsets of 'x' are not two numbers")),
    Lie(tensor("BF16", "[2]", "[0,4]"), 4, .dtype(tensor: "x", name: "BF16")),
    Lie(tensor("F64", "[1]", "[0,8]"), 8, .dtype(tensor: "x", name: "F64")),
    Lie(
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12,
      .offset(tensor: "y", begin: 4, expected: 8)),
    Lie(#"{"x":{"dtype":"F32","shape":[1]}}"#, 4, .header(reason: "x lacks 'data_offsets'")),
    Lie("[]", 0, .header(reason: "it is no JSON object")),
    Lie("{\u{0}}", 0, .header(reason: "it is no JSON object")),
  ]

  @Test("A header that lies is found out before anything is read", arguments: lies)
  func lyingHeader(_ lie: Lie) throws {
    try write(file(lie.header, dataByteCount: lie.dataByteCount), to: path)
    #expect(throws: SafetensorsError(path: path, problem: lie.problem)) {
      try SafetensorsFile(path)
    }
  }

  static let brokenHeaders = [
    "{", "{}x", #"{"x":1}"#, #"{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
    #"{"x":{"dtype":"F32","shape":[1e30],"data_offsets":[0,4]}}"#,
    #"{"__metadata__":{"step":1}}"#, "{\"\u{FFFD}\":",
  ]

  @Test("A header that is not what the format asks for is an error", arguments: brokenHeaders)
  func brokenJSON(_ header: String) throws {
    try write(file(header, dataByteCount: 4), to: path)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path) }
    guard case .header = error?.problem else {
      Issue.record("\(String(describing: error)) is not about the header")
      return
    }
  }

  @Test("A header nested without end is an error")
  func deepJSON() throws {
    try write(file("{\"x\":" + String(repeating: "[", count: 100_000), dataByteCount: 0), to: path)
    #expect(throws: SafetensorsError.self) { try SafetensorsFile(path) }
  }

  @Test(
    "A header length that cannot be is an error", arguments: [0, 9, 1 << 32, 1 << 63, UInt64.max])
  func headerLength(_ length: UInt64) throws {
    try write(
      withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}      ".utf8), to: path)
    #expect(throws: SafetensorsError(path: path, problem: .headerLength(length, fileSize: 16))) {
      try SafetensorsFile(path)
    }
  }

  private static func tensor(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    #"{"x":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  private func file(_ header: String, dataByteCount: Int) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    return length + Array(header.utf8) + Array(repeating: 0, count: dataByteCount)
  }
}
