/// When a kernel was queued and ran, from a session made for profiling.
package struct LaunchRecord: Sendable {
  /// The kernel's name, or that of the library's call.
  package let name: String
  /// What `LaunchPurpose` said when it was queued.
  package let purpose: (any Sendable)?
  /// When the host was queueing it.
  package let host: Range<ContinuousClock.Instant>
  /// When the kernel passed each stage.
  package let profile: Event.Profile

  /// How long the kernel ran, in nanoseconds.
  package var duration: UInt64 { profile.duration }
}

/// What launches are for: something their records shall say about them.
package enum LaunchPurpose {
  @TaskLocal package static var current: (any Sendable)?
}

/// What a session knows about its launches: how many, and when profiling, how long they took.
struct LaunchLog {
  /// A launch whose times have not been read.
  struct Pending {
    let name: String
    let purpose: (any Sendable)?
    let host: Range<ContinuousClock.Instant>
    let event: Event
  }

  /// The most events held before the times of the older half are read: more than some steps of
  /// training have, since reading waits for the device.
  private static let maxPending = 1 << 15

  private(set) var count = 0
  private var pending: [Pending] = []
  private var records: [LaunchRecord] = []

  /// Counts a launch, and keeps it until its times are read.
  mutating func add(_ launch: Pending?) throws(OpenCLError) {
    count += 1
    guard let launch else { return }
    pending.append(launch)
    if pending.count == Self.maxPending { try resolve(Self.maxPending / 2) }
  }

  /// Waits for the launches so far, and returns and forgets their records.
  mutating func take() throws(OpenCLError) -> [LaunchRecord] {
    try resolve(pending.count)
    defer { records = [] }
    return records
  }

  /// Reads the times of the oldest launches.
  private mutating func resolve(_ count: Int) throws(OpenCLError) {
    let launches = pending.prefix(count)
    pending.removeFirst(count)
    for launch in launches {
      records.append(
        LaunchRecord(
          name: launch.name, purpose: launch.purpose, host: launch.host,
          profile: try launch.event.profile()))
    }
  }
}
