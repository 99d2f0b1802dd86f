import Glibc
import Tensors

/// A safetensors file, open for reading.
///
/// The format is that of Hugging Face's safetensors: a header in JSON, then the elements of all
/// tensors, little-endian and without gaps. Everything the header says is checked against the size
/// of the file before a tensor is read.
///
/// ```swift
/// let file = try SafetensorsFile("model.safetensors")
/// print(file.names)
/// let weight = try file.tensor("classifier.1.weight")
/// ```
public struct SafetensorsFile: Sendable {
  /// The path.
  public let path: String
  private let file: OpenFile
  private let header: SafetensorsHeader
  private let dataOffset: Int

  /// Opens a file and checks its header.
  ///
  /// - Throws: `SafetensorsError` where the file is not what it should be, `FileError` where it
  ///   cannot be read.
  public init(_ path: String) throws {
    self.path = path
    file = try OpenFile(path, O_RDONLY)
    do {
      (header, dataOffset) = try SafetensorsFile.readHeader(of: file)
    } catch let problem as SafetensorsProblem {
      throw SafetensorsError(path: path, problem: problem)
    }
  }

  /// What the file says of itself.
  public var metadata: [String: String] { header.metadata }

  /// The names of the tensors, in the order of the file.
  public var names: [String] { header.entries.map(\.name) }

  /// Reads a tensor.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - device: Where the tensor shall live.
  /// - Throws: `SafetensorsError` where there is none of the name, `FileError` where the file
  ///   cannot be read.
  public func tensor(_ name: String, device: Device = .current) throws -> Tensor {
    guard let entry = header.entries.first(where: { $0.name == name }) else {
      throw SafetensorsError(path: path, problem: .missing(tensor: name))
    }
    return try read(entry, device)
  }

  /// Reads all tensors.
  ///
  /// - Parameter device: Where the tensors shall live.
  /// - Throws: `FileError` where the file cannot be read.
  public func tensors(device: Device = .current) throws -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for entry in header.entries { tensors[entry.name] = try read(entry, device) }
    return tensors
  }

  private func read(_ entry: SafetensorsHeader.Entry, _ device: Device) throws -> Tensor {
    let bytes = try file.read(entry.bytes.count, at: dataOffset + entry.bytes.lowerBound)
    guard bytes.count == entry.bytes.count else {
      // The file has become shorter since it was opened.
      throw SafetensorsError(
        path: path,
        problem: .size(tensor: entry.name, bytes: bytes.count, expected: entry.bytes.count))
    }
    if entry.isWide { return try narrow(bytes, entry, device) }
    return bytes.withUnsafeBytes {
      Tensor(bytes: $0, entry.dtype, shape: entry.shape, device: device)
    }
  }

  /// Integers of 64 bits as int32.
  private func narrow(
    _ bytes: [UInt8], _ entry: SafetensorsHeader.Entry, _ device: Device
  ) throws -> Tensor {
    let values = bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Int64>.size).map { start in
        Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int64.self))
      }
    }
    let narrowed = values.compactMap { Int32(exactly: $0) }
    guard narrowed.count == values.count else {
      throw SafetensorsError(path: path, problem: .range(tensor: entry.name))
    }
    return Tensor(narrowed, shape: entry.shape, device: device)
  }

  private static func readHeader(of file: OpenFile) throws -> (SafetensorsHeader, Int) {
    let fileSize = try file.size()
    let lengthByteCount = SafetensorsHeader.lengthByteCount
    let prefix = try file.read(lengthByteCount, at: 0)
    guard prefix.count == lengthByteCount else { throw SafetensorsProblem.tooShort(size: fileSize) }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let room = UInt64(min(max(fileSize - lengthByteCount, 0), SafetensorsHeader.maximumByteCount))
    guard length > 0, length <= room else {
      throw SafetensorsProblem.headerLength(length, fileSize: fileSize)
    }
    let json = try file.read(Int(length), at: lengthByteCount)
    let dataOffset = lengthByteCount + Int(length)
    let header = try SafetensorsHeader(json: json, dataByteCount: fileSize - dataOffset)
    return (header, dataOffset)
  }
}
