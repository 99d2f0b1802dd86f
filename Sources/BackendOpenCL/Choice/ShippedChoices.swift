import Backends
import OpenCL

/// Choices for devices that were measured, where they differ from what the shape alone suggests.
enum ShippedChoices {
  /// Devices that are alike: the same kind behind the same platform.
  private struct Kind {
    let kind: ComputeDevice.Kind
    /// The platform's name.
    let platform: String
    /// The vectors of a processor; nil for any.
    var vectorWidth: Int?
    /// What was found.
    var library: LibraryParameters?

    func includes(_ device: ComputeDevice) -> Bool {
      device.kind == kind && device.platform.name == platform
        && (vectorWidth == nil || vectorWidth == device.cpuVectorWidth)
    }
  }

  /// On two cores of an AMD EPYC with AVX-512, by `gpu-train tune`.
  private static let measured = [
    Kind(
      kind: .cpu, platform: "Portable Computing Language", vectorWidth: 16,
      library: LibraryParameters(["Xgemm": CLBlastLibrary.processorTile]))
  ]

  /// What is known of devices like this one.
  static func table(for device: ComputeDevice) -> ChoiceTable {
    var table = ChoiceTable()
    for kind in measured where kind.includes(device) {
      table.library = kind.library
    }
    return table
  }
}
