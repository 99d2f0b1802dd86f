import FoundationEssentials

/// Compiled programs on disk, so that a program is compiled once per device and driver.
///
/// An entry is written to a temporary file and renamed, so no reader sees half of one. An entry
/// that is damaged or belongs to another program is ignored, and replaced when the program is
/// compiled again.
package struct ProgramCache: Sendable {
  /// The folder that holds the entries; made when the first is stored.
  package let directory: String

  package init(directory: String) { self.directory = directory }

  /// The user's cache for a device: `needletail/programs` in `$XDG_CACHE_HOME` or `~/.cache`.
  ///
  /// `nil` where the driver keeps compiled programs itself or there is no home folder.
  package static func standard(
    for device: ComputeDevice,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> ProgramCache? {
    guard !device.driverCachesPrograms, let root = userCache(environment) else { return nil }
    return ProgramCache(directory: root + "/needletail/programs")
  }

  /// The user's folder for caches; relative paths are ignored, as the XDG specification asks.
  package static func userCache(_ environment: [String: String]) -> String? {
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.cache" }
    return nil
  }

  /// The compiled program of a key; `nil` when there is none or it is damaged.
  package func binary(for key: Key) -> [UInt8]? {
    // No entry, or one that cannot be read: either way the program is compiled.
    guard let data = try? Data(contentsOf: file(of: key)) else { return nil }
    return Entry(bytes: [UInt8](data), key: key)?.binary
  }

  /// Stores a compiled program.
  package func store(_ binary: [UInt8], for key: Key) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try Data(Entry(binary: binary).bytes(for: key)).write(to: file(of: key), options: .atomic)
    } catch {
      // The cache only saves time: a full or read-only disk must not keep a program from running.
    }
  }

  private func file(of key: Key) -> URL {
    URL(filePath: directory).appending(path: key.name + ".program")
  }
}

extension ProgramCache {
  /// All that a compiled program depends on.
  package struct Key {
    let text: [UInt8]

    package init(source: String, options: String, device: ComputeDevice) {
      let parts = [
        device.platform.name, device.platform.version, device.vendor, device.name, device.version,
        device.driverVersion, options, source,
      ]
      text = Array(parts.joined(separator: "\0").utf8)
    }

    /// The name of the entry: the hash of the text.
    var name: String { hexadecimal(fnv1a(text)) }
  }

  /// A file of the cache: its mark, the key's length and text, the program's hash, the program.
  ///
  /// The key's text proves that two programs with one hash are not mistaken for each other.
  struct Entry {
    let binary: [UInt8]

    init(binary: [UInt8]) { self.binary = binary }

    init?(bytes: [UInt8], key: Key) {
      let head = Self.head(for: key)
      let hashLength = MemoryLayout<UInt128>.size
      guard bytes.count > head.count + hashLength, bytes.starts(with: head) else { return nil }
      let hash = bytes[head.count..<head.count + hashLength]
      let binary = [UInt8](bytes[(head.count + hashLength)...])
      guard hash.elementsEqual(littleEndianBytes(of: fnv1a(binary))) else { return nil }
      self.binary = binary
    }

    func bytes(for key: Key) -> [UInt8] {
      Self.head(for: key) + littleEndianBytes(of: fnv1a(binary)) + binary
    }

    private static func head(for key: Key) -> [UInt8] {
      Array("needletail program 1\n".utf8) + littleEndianBytes(of: UInt64(key.text.count))
        + key.text
    }
  }
}

/// The 128-bit FNV-1a hash (Fowler, Noll and Vo; RFC 9923).
package func fnv1a(_ bytes: [UInt8]) -> UInt128 {
  let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B
  var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
  for byte in bytes {
    hash = (hash ^ UInt128(byte)) &* prime
  }
  return hash
}

private func littleEndianBytes<Value: FixedWidthInteger>(of value: Value) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

private func hexadecimal(_ value: UInt128) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 32 - digits.count) + digits
}
