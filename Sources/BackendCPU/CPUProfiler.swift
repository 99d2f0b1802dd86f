import Backends
import Synchronization

/// The reference with the time of every operation.
package final class CPUProfiler: Profiler {
  package let backend: any Backend
  private let log = Log()

  /// Makes a backend with accounts of its own.
  package init() {
    backend = ObservedBackend(CPUBackend()) { [log] call, operation in
      let start = ContinuousClock.now
      try operation()
      log.add(Activity(kernel: nil, call: call, device: start..<ContinuousClock.now, host: nil))
    }
  }

  /// Nil: the reference is not built for speed.
  package func measureRoofline() -> Roofline? { nil }

  package func takeActivities() -> [Activity] { log.take() }

  private final class Log: Sendable {
    private let activities = Mutex<[Activity]>([])

    func add(_ activity: Activity) { activities.withLock { $0.append(activity) } }

    func take() -> [Activity] {
      activities.withLock { activities in
        defer { activities = [] }
        return activities
      }
    }
  }
}
