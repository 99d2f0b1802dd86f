import Needletail

/// What some steps of training spent their time on.
package struct ProfileReport {
  /// One operation, in all calls.
  package struct Operation {
    package let name: String
    /// Those of its launches; of a reference without kernels, of the whole operation.
    package internal(set) var seconds = 0.0
    package internal(set) var launches = 0
    package internal(set) var calls = 0
    /// That of all calls.
    package internal(set) var work = Work()
    /// By time; empty where an operation is not made of kernels.
    package internal(set) var kernels: [Kernel] = []

    /// Operations in a second, in billions.
    package var gigaflops: Double { seconds > 0 ? work.operations / seconds * 1e-9 : 0 }
    /// Bytes in a second, in billions.
    package var gigabytesPerSecond: Double { seconds > 0 ? work.bytes / seconds * 1e-9 : 0 }

    /// How fast it was, as a part of what the device does at most at such work.
    package func fraction(of roofline: Roofline) -> Double {
      seconds > 0 ? roofline.seconds(for: work) / seconds : 0
    }
  }

  /// A kernel in an operation.
  package struct Kernel {
    package let name: String
    package internal(set) var seconds = 0.0
    package internal(set) var launches = 0
  }

  /// How many steps there were.
  package let stepCount: Int
  /// From the first step's start to the end of the device's work.
  package let seconds: Double
  /// By time, the longest first.
  package let operations: [Operation]
  package let occupancy: DeviceOccupancy
  /// The time the host took for its part of the steps; nil where host and device are one.
  package let hostSeconds: Double?
  /// The part of that in which it queued kernels.
  package let queueingSeconds: Double
  package let launchCount: Int

  /// Sums up what a device did.
  ///
  /// - Parameters:
  ///   - steps: When the host was at each step.
  ///   - end: When the device had finished.
  package init(
    _ activities: [Activity], steps: [Range<ContinuousClock.Instant>],
    end: ContinuousClock.Instant
  ) {
    let launches = activities.filter { $0.kernel != nil }
    stepCount = steps.count
    seconds = steps.first.map { (end - $0.lowerBound) / .seconds(1) } ?? 0
    operations = Self.summed(activities)
    occupancy = DeviceOccupancy(activities)
    launchCount = launches.count
    hostSeconds = launches.isEmpty ? nil : steps.map(\.seconds).reduce(0, +)
    queueingSeconds = launches.compactMap { $0.host?.seconds }.reduce(0, +)
  }

  /// The time of all operations.
  package var operationSeconds: Double { operations.map(\.seconds).reduce(0, +) }

  private static func summed(_ activities: [Activity]) -> [Operation] {
    var operations: [String: Operation] = [:]
    var kernels: [String: [String: Kernel]] = [:]
    var seen: Set<ObjectIdentifier> = []
    for activity in activities {
      let name = activity.call?.name ?? "other"
      var operation = operations[name] ?? Operation(name: name)
      operation.seconds += activity.device.seconds
      if let call = activity.call, seen.insert(ObjectIdentifier(call)).inserted {
        operation.calls += 1
        operation.work.add(call.work)
      }
      if let kernel = activity.kernel {
        operation.launches += 1
        var sum = kernels[name]?[kernel] ?? Kernel(name: kernel)
        sum.launches += 1
        sum.seconds += activity.device.seconds
        kernels[name, default: [:]][kernel] = sum
      }
      operations[name] = operation
    }
    return operations.values.map { operation in
      var operation = operation
      operation.kernels = (kernels[operation.name] ?? [:]).values
        .sorted { ($0.seconds, $1.name) > ($1.seconds, $0.name) }
      return operation
    }.sorted { ($0.seconds, $1.name) > ($1.seconds, $0.name) }
  }
}

/// When a device had something to do, between its first and last work.
package struct DeviceOccupancy {
  package private(set) var busySeconds = 0.0
  /// In which it waited for the host to queue something.
  package private(set) var waitingSeconds = 0.0
  /// In which it had something to do and had not started.
  package private(set) var startingSeconds = 0.0
  /// The longest time without work.
  package private(set) var longestGap = 0.0

  /// Goes through what a device did.
  init(_ activities: [Activity]) {
    let activities = activities.sorted { $0.device.lowerBound < $1.device.lowerBound }
    guard var last = activities.first?.device.lowerBound else { return }
    for activity in activities {
      let (start, end) = (activity.device.lowerBound, activity.device.upperBound)
      if start > last {
        let queued = min(max(activity.host?.upperBound ?? start, last), start)
        waitingSeconds += (last..<queued).seconds
        startingSeconds += (queued..<start).seconds
        longestGap = max(longestGap, (last..<start).seconds)
      }
      if end > last {
        busySeconds += (max(start, last)..<end).seconds
        last = end
      }
    }
  }
}

extension Range<ContinuousClock.Instant> {
  /// How long it is.
  var seconds: Double { (upperBound - lowerBound) / .seconds(1) }
}
