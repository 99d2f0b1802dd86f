import Tensors

/// What a safetensors file says of its tensors.
struct SafetensorsHeader: Sendable {
  /// A tensor: what it is, and where its bytes are behind the header.
  struct Entry: Sendable {
    let name: String
    let dtype: DType
    let shape: Shape
    let bytes: Range<Int>
    /// Whether the file has integers of 64 bits, which become int32.
    var isWide = false
  }

  /// The key of the header that is not a tensor.
  static let metadataKey = "__metadata__"

  /// The bytes at the start of a file that hold the length of its header.
  static let lengthByteCount = 8

  let metadata: [String: String]
  /// In the order of their bytes.
  let entries: [Entry]

  /// Places tensors one behind the other, float32 first, then by name, as the reference
  /// implementation does.
  init(of tensors: [String: Tensor], metadata: [String: String]) {
    var end = 0
    self.metadata = metadata
    entries = tensors.sorted {
      ($0.value.dtype.rawValue, $0.key) < ($1.value.dtype.rawValue, $1.key)
    }
    .map { name, tensor in
      let begin = end
      end += tensor.count * tensor.dtype.byteWidth
      return Entry(name: name, dtype: tensor.dtype, shape: tensor.shape, bytes: begin..<end)
    }
  }

  init(metadata: [String: String], entries: [Entry]) {
    self.metadata = metadata
    self.entries = entries
  }

  /// The length of the header and the header, filled up with spaces to a multiple of 8 bytes.
  var bytes: [UInt8] {
    var members = entries.map { ($0.name, $0.json) }
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key < $1.key }
      members.insert(
        (
          SafetensorsHeader.metadataKey,
          JSONText.object(sorted.map { ($0.key, JSONText.quoted($0.value)) })
        ), at: 0)
    }
    var json = Array(JSONText.object(members).utf8)
    let alignment = SafetensorsHeader.lengthByteCount
    json += Array(
      repeating: UInt8(ascii: " "), count: (alignment - json.count % alignment) % alignment)
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }
}

extension SafetensorsHeader.Entry {
  fileprivate var json: String {
    JSONText.object([
      ("dtype", JSONText.quoted(dtype.safetensorsName)),
      ("shape", JSONText.array(shape)),
      ("data_offsets", JSONText.array([bytes.lowerBound, bytes.upperBound])),
    ])
  }
}

extension DType {
  /// What the format calls the type.
  var safetensorsName: String {
    switch self {
    case .float32: "F32"
    case .int32: "I32"
    }
  }
}
