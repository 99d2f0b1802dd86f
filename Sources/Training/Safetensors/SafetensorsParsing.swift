import FoundationEssentials
import Tensors

extension SafetensorsHeader {
  /// The longest header the reference implementation reads.
  static let maximumByteCount = 100_000_000

  /// Reads a header and checks it against the number of bytes behind it.
  init(json: [UInt8], dataByteCount: Int) throws(SafetensorsProblem) {
    // The decoder would take UTF-16 and UTF-32 too.
    guard json.first == UInt8(ascii: "{"), !json.contains(0) else {
      throw .header(reason: "it is no JSON object")
    }
    let raw: RawHeader
    do { raw = try JSONDecoder().decode(RawHeader.self, from: Data(json)) } catch {
      throw .header(reason: decodingReason(error))
    }
    var end = 0
    var entries: [Entry] = []
    for tensor in raw.tensors.sorted(by: { $0.value.offsets < $1.value.offsets }) {
      let entry = try Entry(tensor.key, tensor.value, from: end)
      end = entry.bytes.upperBound
      entries.append(entry)
    }
    guard end == dataByteCount else { throw .dataSize(claimed: end, found: dataByteCount) }
    self.init(metadata: raw.metadata, entries: entries)
  }
}

typealias SafetensorsProblem = SafetensorsError.Problem

extension SafetensorsHeader.Entry {
  /// Checks what a header says of a tensor; its bytes must begin at `start`.
  fileprivate init(
    _ name: String, _ raw: RawHeader.Tensor, from start: Int
  ) throws(SafetensorsProblem) {
    // PyTorch counts batches in integers of 64 bits.
    let isWide = raw.dtype == "I64"
    let known = isWide ? .int32 : DType.allCases.first { $0.safetensorsName == raw.dtype }
    guard let dtype = known else { throw .dtype(tensor: name, name: raw.dtype) }
    let width = isWide ? MemoryLayout<Int64>.size : dtype.byteWidth
    guard let byteCount = SafetensorsHeader.byteCount(raw.shape, width) else {
      throw .shape(tensor: name, extents: raw.shape)
    }
    guard raw.offsets.count == 2 else {
      throw .header(reason: "the data_offsets of '\(name)' are not two numbers")
    }
    let (begin, end) = (raw.offsets[0], raw.offsets[1])
    guard begin == start else { throw .offset(tensor: name, begin: begin, expected: start) }
    // The size of what ends before it begins counts as negative, if it can be counted.
    let size = end.subtractingReportingOverflow(begin)
    guard !size.overflow, size.partialValue == byteCount else {
      throw .size(tensor: name, bytes: size.partialValue, expected: byteCount)
    }
    self.init(
      name: name, dtype: dtype, shape: Shape(raw.shape), bytes: begin..<end, isWide: isWide)
  }
}

extension SafetensorsHeader {
  /// The size of a tensor, or nil where there can be none of the extents.
  fileprivate static func byteCount(_ extents: [Int], _ byteWidth: Int) -> Int? {
    guard extents.count <= Shape.maximumRank, extents.allSatisfy({ $0 >= 0 }) else { return nil }
    // Extents of 0 do not excuse the others: their strides must not overflow either.
    var bound = byteWidth
    for extent in extents {
      let product = bound.multipliedReportingOverflow(by: max(extent, 1))
      guard !product.overflow else { return nil }
      bound = product.partialValue
    }
    return extents.contains(0) ? 0 : bound
  }
}

/// The header as JSON has it, unchecked.
private struct RawHeader: Decodable {
  struct Tensor: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  var metadata: [String: String] = [:]
  var tensors: [String: Tensor] = [:]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == SafetensorsHeader.metadataKey {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        tensors[key.stringValue] = try container.decode(Tensor.self, forKey: key)
      }
    }
  }
}

extension [Int] {
  fileprivate static func < (a: [Int], b: [Int]) -> Bool { a.lexicographicallyPrecedes(b) }
}
