/// When a kernel ran, from a session made for profiling.
package struct LaunchRecord: Sendable, Equatable {
  /// The kernel's name, or that of the library's call.
  package let name: String
  /// When the kernel passed each stage.
  package let profile: Event.Profile

  /// How long the kernel ran, in nanoseconds.
  package var duration: UInt64 { profile.duration }
}

/// What a session knows about its launches: how many, and when profiling, how long they took.
struct LaunchLog {
  /// The most events held before their times are read.
  private static let maxPending = 1024

  private(set) var count = 0
  private var pending: [(name: String, event: Event)] = []
  private var records: [LaunchRecord] = []

  /// Counts a launch, and keeps its event until its times are read.
  mutating func add(_ name: String, _ event: Event?) throws(OpenCLError) {
    count += 1
    guard let event else { return }
    pending.append((name, event))
    if pending.count == Self.maxPending { try resolve() }
  }

  /// Waits for the launches so far, and returns and forgets their records.
  mutating func take() throws(OpenCLError) -> [LaunchRecord] {
    try resolve()
    defer { records = [] }
    return records
  }

  private mutating func resolve() throws(OpenCLError) {
    let launches = pending
    pending = []
    for launch in launches {
      records.append(LaunchRecord(name: launch.name, profile: try launch.event.profile()))
    }
  }
}
