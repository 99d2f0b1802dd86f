import Backends
import Glibc
import OpenCL

/// The user's file of tuned choices, read once in a process.
enum UserChoices {
  /// The file; nil where there is none, or none that can be used, which is said once.
  private static let file: ChoiceFile? = {
    guard let path = ChoiceFile.userPath() else { return nil }
    do { return try ChoiceFile(path: path) } catch {
      // A faster way is not worth failing for, but must not get lost silently.
      let bytes = Array("needletail: \(error); untuned choices are used\n".utf8)
      write(STDERR_FILENO, bytes, bytes.count)
      return nil
    }
  }()

  /// The user's choices for a device.
  static func table(for device: ComputeDevice) -> ChoiceTable {
    file?.table(device: device.name, driver: device.tunedDriver) ?? ChoiceTable()
  }
}

extension Choices {
  /// The choices for a device: the user's, then those that the project ships.
  package static func standard(for device: ComputeDevice) -> Choices {
    Choices(
      user: UserChoices.table(for: device), shipped: ShippedChoices.table(for: device))
  }
}

extension ComputeDevice {
  /// The driver as files of tuned choices name it.
  var tunedDriver: String { "\(platform.name), \(platform.version), driver \(driverVersion)" }
}
