/// A piece of work that a device did while it was profiled: a kernel, or where it has none, a whole
/// operation.
package struct Activity: Sendable {
  /// What the kernel is called; nil for an operation that is not made of kernels.
  package let kernel: String?
  /// The operation that needed it; nil where none said so.
  package let call: OperationCall?
  /// When the device worked on it, in the host's time.
  package let device: Range<ContinuousClock.Instant>
  /// When the host was queueing it; nil where host and device are one.
  package let host: Range<ContinuousClock.Instant>?

  package init(
    kernel: String?, call: OperationCall?, device: Range<ContinuousClock.Instant>,
    host: Range<ContinuousClock.Instant>?
  ) {
    self.kernel = kernel
    self.call = call
    self.device = device
    self.host = host
  }
}

/// What a device does at most.
package struct Roofline: Sendable, Hashable {
  /// Float32 operations in a second.
  package let operationsPerSecond: Double
  /// Bytes read from and written to memory in a second.
  package let bytesPerSecond: Double

  package init(operationsPerSecond: Double, bytesPerSecond: Double) {
    self.operationsPerSecond = operationsPerSecond
    self.bytesPerSecond = bytesPerSecond
  }

  /// The shortest time for some work: that of its arithmetic or of its traffic, whichever is longer
  /// (Williams, Waterman, Patterson: Roofline, 2009).
  package func seconds(for work: Work) -> Double {
    max(work.operations / operationsPerSecond, work.bytes / bytesPerSecond)
  }
}

/// A backend that notes what it does.
package protocol Profiler: Sendable {
  /// What computes, and is observed.
  var backend: any Backend { get }

  /// Measures what the device does at most; nil for a device of which that is not known.
  func measureRoofline() throws -> Roofline?

  /// Waits for the device, and returns and forgets what it has done, in the order of its start.
  func takeActivities() throws -> [Activity]
}
