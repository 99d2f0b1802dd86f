import Backends
import FoundationEssentials
import OpenCL

/// A file of tuned choices: JSON that a person can read and change.
///
/// A file that is damaged, of a later version or of something else is never overwritten.
package struct ChoiceFile: Codable, Sendable {
  /// What marks the file as one of these.
  static let formatName = "needletail choices"
  /// The version that is read and written.
  static let currentVersion = 1

  private struct Head: Codable {
    var format: String?
    var version: Int?
  }

  private var format = Self.formatName
  private var version = Self.currentVersion
  /// What was found, device by device.
  package var devices: [Section] = []

  /// What was found on a device.
  package struct Section: Codable, Sendable {
    /// The device, as its driver calls it.
    package var device: String
    /// The platform and the version of its driver: another may be fast at other things.
    package var driver: String
    /// The choices.
    package var choices: [Entry] = []
    /// The numbers of CLBlast's kernels.
    package var clblast: [String: [String: Int]]?
  }

  /// What was found for a shape.
  package struct Entry: Codable, Sendable {
    package var operation: TunedOperation
    /// The shape's numbers by name.
    package var shape: [String: Int]
    /// Whether it stands for all shapes that round up to it.
    package var isClass: Bool
    package var algorithm: String
    package var parameters: [String: Int]
    /// How long a call took, and how long it took with the default.
    package var milliseconds, defaultMilliseconds: Double
  }

  /// A file that holds nothing.
  package init() {}

  /// Reads a file; nil where there is none.
  ///
  /// - Throws: `ChoiceFileError` where it cannot be read or is not such a file.
  package init?(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw ChoiceFileError(path, "cannot be read: \(error)")
    }
    let decoder = JSONDecoder()
    let head: Head
    do { head = try decoder.decode(Head.self, from: data) } catch {
      throw ChoiceFileError(path, "is damaged: it holds no JSON object")
    }
    guard head.format == Self.formatName, let version = head.version else {
      throw ChoiceFileError(path, "is not a file of tuned choices")
    }
    guard version <= Self.currentVersion else {
      throw ChoiceFileError(
        path, "has version \(version); this program reads up to \(Self.currentVersion)")
    }
    do { self = try decoder.decode(Self.self, from: data) } catch {
      throw ChoiceFileError(path, "is damaged: \(error)")
    }
    for section in devices {
      for (kernel, numbers) in section.clblast ?? [:]
      where CLBlastKernel(rawValue: kernel)?.works(by: numbers) != true {
        throw ChoiceFileError(
          path,
          "has numbers that CLBlast's \(kernel) cannot work by, for \(section.device)")
      }
    }
  }

  /// Writes the file beside its place and renames it.
  ///
  /// - Throws: `ChoiceFileError` where it cannot be written.
  package func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let url = URL(filePath: path)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try encoder.encode(self).write(to: url, options: .atomic)
    } catch {
      throw ChoiceFileError(path, "cannot be written: \(error)")
    }
  }

  /// The user's file: `needletail/choices.json` in `$XDG_CONFIG_HOME` or `~/.config`; nil without a
  /// home folder.
  ///
  /// Relative paths are ignored, as the XDG specification asks.
  package static func userPath(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let name = "needletail/choices.json"
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return "\(folder)/\(name)"
    }
    if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/.config/\(name)" }
    return nil
  }
}

extension ChoiceFile {
  /// The table of a device, without what it cannot compute by.
  ///
  /// - Parameter unusable: Told of each choice that is left out.
  package func table(
    for device: ComputeDevice, unusable: (_ shape: TunedShape, _ choice: Choice) -> Void
  ) -> ChoiceTable {
    table(device: device.name, driver: device.tunedDriver) { shape, choice in
      if choice.isUsable(for: shape.operation, KernelStyle(for: device), on: device) { return true }
      unusable(shape, choice)
      return false
    }
  }

  /// The table of a device, with the choices that a condition admits; empty where the file knows
  /// nothing of the device.
  package func table(
    device: String, driver: String,
    where isAdmitted: (_ shape: TunedShape, _ choice: Choice) -> Bool = { _, _ in true }
  ) -> ChoiceTable {
    var table = ChoiceTable()
    for section in devices where section.device == device && section.driver == driver {
      for entry in section.choices {
        let choice = Choice(entry.algorithm, entry.parameters)
        // A shape that this version describes otherwise is of no use to it.
        guard let shape = TunedShape(entry.operation, byName: entry.shape),
          isAdmitted(shape, choice)
        else { continue }
        table.add(choice, for: shape, isClass: entry.isClass)
      }
      table.library = section.clblast.map(LibraryParameters.init) ?? table.library
    }
    return table
  }

  /// Adds choices of a device; what the file says of the same shapes is replaced.
  package mutating func merge(
    _ tuned: [TunedChoice], library: LibraryParameters?, device: String, driver: String
  ) {
    let known = devices.firstIndex { $0.device == device && $0.driver == driver }
    if known == nil { devices.append(Section(device: device, driver: driver)) }
    let place = known ?? devices.count - 1
    for entry in tuned.map(Entry.init) {
      devices[place].choices.removeAll {
        $0.operation == entry.operation && $0.shape == entry.shape && $0.isClass == entry.isClass
      }
      devices[place].choices.append(entry)
    }
    if let library { devices[place].clblast = library.kernels }
  }
}

extension ChoiceFile.Entry {
  fileprivate init(_ tuned: TunedChoice) {
    let shape = tuned.isClass ? tuned.shape.rounded : tuned.shape
    self.init(
      operation: shape.operation, shape: shape.byName, isClass: tuned.isClass,
      algorithm: tuned.choice.algorithm, parameters: tuned.choice.parameters,
      milliseconds: Self.rounded(tuned.seconds),
      defaultMilliseconds: Self.rounded(tuned.defaultSeconds))
  }

  /// Milliseconds in steps of 10 ns.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1e8).rounded() / 1e5 }
}

/// Why a file of tuned choices cannot be used.
package struct ChoiceFileError: Error, Equatable, CustomStringConvertible {
  /// Which file, what is wrong, and what to do.
  package let description: String

  init(_ path: String, _ reason: String) {
    description = "\(path) \(reason); it is left as it is: move it away to tune anew"
  }
}
