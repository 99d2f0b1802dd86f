import Tensors

extension SafetensorsFile {
  /// Writes tensors as a safetensors file.
  ///
  /// The same tensors and metadata give the same bytes, which are those that Hugging Face's
  /// implementation writes. A file of the name is replaced when the new one is complete and on the
  /// disk; if anything goes wrong before, it stays as it was.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by their names.
  ///   - metadata: What the file shall say of itself; PyTorch expects `["format": "pt"]`.
  ///   - path: The file.
  /// - Throws: `FileError` where the file cannot be written, or what went wrong on a device.
  public static func write(
    _ tensors: [String: Tensor], metadata: [String: String] = [:], to path: String
  ) throws {
    try prepare(tensors, metadata: metadata, for: path).moveIntoPlace()
  }

  /// Writes tensors to a file that is ready to be moved into place.
  static func prepare(
    _ tensors: [String: Tensor], metadata: [String: String], for path: String
  ) throws -> ReplacementFile {
    guard tensors[SafetensorsHeader.metadataKey] == nil else {
      misuse("SafetensorsFile.write: '\(SafetensorsHeader.metadataKey)' cannot name a tensor")
    }
    let header = SafetensorsHeader(of: tensors, metadata: metadata)
    let file = try ReplacementFile(for: path)
    try header.bytes.withUnsafeBytes { try file.write($0) }
    for entry in header.entries {
      // One tensor at a time, so that the host needs room for no more.
      switch entry.dtype {
      case .float32: try file.write(elementsOf: tensors[entry.name]!, as: Float.self)
      case .int32: try file.write(elementsOf: tensors[entry.name]!, as: Int32.self)
      }
    }
    try file.finish()
    return file
  }
}

extension ReplacementFile {
  /// Appends the elements of a tensor as the machine stores them, which is little-endian on all
  /// that Swift runs on.
  fileprivate func write<Element: Scalar>(
    elementsOf tensor: Tensor, as type: Element.Type
  ) throws {
    try tensor.elements(as: type).withUnsafeBytes { try write($0) }
  }
}
