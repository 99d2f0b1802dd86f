import FoundationEssentials
import Needletail

/// Every launch on two lines of time, in the format of chrome://tracing and Perfetto (Trace Event
/// Format, Google 2016): the device's kernels, and what the host was at.
struct ChromeTrace: Encodable {
  private enum Track: Int, CaseIterable {
    case device = 1
    case host = 2

    var name: String {
      switch self {
      case .device: "device: kernels"
      case .host: "host: steps and launches"
      }
    }
  }

  private struct Event: Encodable {
    let name: String
    /// `X` for something with a duration, `M` for what is said of the trace.
    let ph: String
    /// In microseconds from the first step.
    var ts: Double?
    var dur: Double?
    let pid = 1
    let tid: Int
    let args: [String: String]
  }

  private let traceEvents: [Event]
  private let displayTimeUnit = "ms"

  init(_ profile: Profile) {
    let origin = profile.steps.first?.lowerBound ?? profile.end
    func event(
      _ name: String, _ track: Track, _ range: Range<ContinuousClock.Instant>,
      _ arguments: [String: String] = [:]
    ) -> Event {
      Event(
        name: name, ph: "X", ts: (range.lowerBound - origin) / .microseconds(1),
        dur: range.seconds * 1e6, tid: track.rawValue, args: arguments)
    }
    var events = [
      Event(
        name: "process_name", ph: "M", tid: 0,
        args: ["name": "gpu-train profile: \(profile.model) on \(profile.device.summary)"])
    ]
    events += Track.allCases.map {
      Event(name: "thread_name", ph: "M", tid: $0.rawValue, args: ["name": $0.name])
    }
    events += profile.steps.enumerated().map { event("step \($0 + 1)", .host, $1) }
    for activity in profile.activities {
      let name = [activity.call?.name, activity.kernel].compactMap { $0 }.joined(separator: " · ")
      events.append(event(name, .device, activity.device, Self.arguments(of: activity)))
      if let host = activity.host { events.append(event(name, .host, host)) }
    }
    traceEvents = events
  }

  private static func arguments(of activity: Activity) -> [String: String] {
    guard let call = activity.call else { return [:] }
    return [
      "shapes": call.shapes, "operation GFLOP": "\(call.work.operations * 1e-9)",
      "operation MB": "\(call.work.bytes * 1e-6)",
    ]
  }

  /// Writes the trace as a whole file.
  ///
  /// - Throws: `FileError` where that fails.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try ReplacementFile.write(Array(encoder.encode(self)), to: path)
  }
}
