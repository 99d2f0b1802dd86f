import Backends
import OpenCL

/// The user's file of tuned choices, read once in a process.
enum UserChoices {
  /// The file; nil where there is none, or none that can be used, which is said once.
  private static let file: ChoiceFile? = {
    guard let path = ChoiceFile.userPath() else { return nil }
    do { return try ChoiceFile(path: path) } catch {
      // A faster way is not worth failing for, but must not get lost silently.
      printNotice("needletail: \(error); untuned choices are used")
      return nil
    }
  }()

  /// The user's choices for a device.
  static func table(for device: ComputeDevice) -> ChoiceTable {
    guard let file, let path = ChoiceFile.userPath() else { return ChoiceTable() }
    return file.table(for: device) { shape, choice in
      printNotice(
        "needletail: \(path) chooses '\(choice)' for \(shape), by which \(device.name) cannot "
          + "compute; the untuned choice is used: correct the file, or tune anew")
    }
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
  package var tunedDriver: String {
    "\(platform.name), \(platform.version), driver \(driverVersion)"
  }
}
