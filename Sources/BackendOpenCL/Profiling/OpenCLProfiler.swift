import Backends
import OpenCL

/// An OpenCL device that notes its launches, and for which operations they were.
package final class OpenCLProfiler: Profiler {
  package let backend: any Backend
  private let device: OpenCLBackend

  /// Opens the device that a description names.
  ///
  /// - Throws: `OpenCLError` where there is no such device or it cannot be opened.
  package init(_ description: DeviceDescription) throws {
    device = try Self.open(description)
    backend = ObservedBackend(device) { call, operation in
      try LaunchPurpose.$current.withValue(call, operation: operation)
    }
  }

  /// Measures on a session of its own, whose memory is then given back.
  package func measureRoofline() throws -> Roofline? {
    try RooflineMeasurement(on: Self.open(device.description)).roofline
  }

  private static func open(_ description: DeviceDescription) throws -> OpenCLBackend {
    try OpenCLBackend(description, kernelStyle: nil, products: nil, profiling: true)
  }

  package func takeActivities() throws -> [Activity] {
    try device.synchronize()
    let records = try device.session.takeLaunchRecords()
    let clock = DeviceClock(records)
    return records.map { record in
      Activity(
        kernel: record.name, call: record.purpose as? OperationCall,
        device: clock.host(record.profile.started)..<clock.host(record.profile.ended),
        host: record.host)
    }
  }
}

extension OpenCLBackend {
  /// Says of the launches in a body what they are for, in place of the operation around them.
  ///
  /// For launches that an operation does not make at once.
  func describing<Result>(
    _ call: @autoclosure () -> OperationCall, _ body: () throws -> Result
  ) rethrows -> Result {
    guard session.isProfiling else { return try body() }
    return try LaunchPurpose.$current.withValue(call(), operation: body)
  }
}

/// How the device's clock relates to the host's.
///
/// A launch's time `queued` on the device's clock lies between the start and the end of the call that
/// queued it on the host's. The offset that fits all launches best is in the middle of those that fit
/// each.
private struct DeviceClock {
  private let hostOrigin: ContinuousClock.Instant
  /// The device's time at the host's origin, in nanoseconds.
  private let deviceOrigin: Int64

  init(_ records: [LaunchRecord]) {
    let hostOrigin = records.first?.host.lowerBound ?? .now
    let lowest = records.map { $0.queued - (hostOrigin..<$0.host.upperBound).nanoseconds }.max()
    let highest = records.map { $0.queued - (hostOrigin..<$0.host.lowerBound).nanoseconds }.min()
    self.hostOrigin = hostOrigin
    deviceOrigin = lowest.flatMap { low in highest.map { low + ($0 - low) / 2 } } ?? 0
  }

  /// The host's time of a time of the device.
  func host(_ deviceTime: UInt64) -> ContinuousClock.Instant {
    hostOrigin + .nanoseconds(Int64(bitPattern: deviceTime) - deviceOrigin)
  }
}

extension LaunchRecord {
  fileprivate var queued: Int64 { Int64(bitPattern: profile.queued) }
}

extension Range<ContinuousClock.Instant> {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = (upperBound - lowerBound).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
