import FoundationEssentials
import Glibc
import Needletail

/// Where the runs are that no directory is given for: `runs/<model>-<date>-<time>`.
enum RunDirectories {
  private static let root = "runs"

  /// The directory of a new run, named by the local time.
  static func new(for model: String) -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      let length = strftime(buffer.baseAddress!, buffer.count, "%Y%m%d-%H%M%S", &parts)
      return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    // Two runs begun within a second shall not meet.
    var path = "\(root)/\(model)-\(text)"
    var number = 1
    while access(path, F_OK) == 0 {
      number += 1
      path = "\(root)/\(model)-\(text)-\(number)"
    }
    return path
  }

  /// The directory of the latest run of a model.
  ///
  /// - Throws: `CommandError` where there is none.
  static func latest(of model: String) throws -> String {
    let hasRuns = access(root, F_OK) == 0
    let names = hasRuns ? try FileManager.default.contentsOfDirectory(atPath: root) : []
    // Names that begin with a date; the latest is the last in alphabetical order.
    let latest = names.filter { name in
      let isOfModel =
        name.hasPrefix("\(model)-") && name.dropFirst(model.count + 1).first?.isNumber == true
      return isOfModel && access("\(root)/\(name)/config.json", F_OK) == 0
    }.max()
    guard let latest else {
      throw CommandError(
        "there is no run of \(model) in \(root)/ to resume; name its directory with --run")
    }
    return "\(root)/\(latest)"
  }
}
