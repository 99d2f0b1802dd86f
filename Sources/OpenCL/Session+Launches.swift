import COpenCL
import Synchronization

extension Session {
  /// Queues a kernel over `global` work-items in work-groups of `local`, which the driver chooses
  /// where it is `nil`.
  ///
  /// Returns the launch's event when the session profiles, `nil` otherwise.
  @discardableResult
  package func launch(
    _ kernel: Kernel, global: WorkSize, local: WorkSize? = nil, arguments: [KernelArgument]
  ) throws(OpenCLError) -> Event? {
    try enqueue(kernel.name) { (queue, event) throws(OpenCLError) in
      try kernel.set(arguments)
      let dimensions = cl_uint(max(global.dimensions, local?.dimensions ?? 1))
      let status = global.withPointer { global in
        local.withPointer { local in
          clEnqueueNDRangeKernel(
            queue, kernel.handle, dimensions, nil, global, local, 0, nil, event)
        }
      }
      try check(
        status, "clEnqueueNDRangeKernel",
        detail: "kernel '\(kernel.name)' over \(global)"
          + (local.map { " in groups of \($0)" } ?? ""))
    }
  }

  /// Lets a library queue its own kernels, as one launch called `name`.
  ///
  /// `body` runs under the lock of the session's launches, so it must not launch through the
  /// session. It gets the queue, and when the session profiles a place for the event of its last
  /// kernel.
  @discardableResult
  package func enqueue(
    _ name: String,
    _ body: (cl_command_queue, UnsafeMutablePointer<cl_event?>?) throws(OpenCLError) -> Void
  ) throws(OpenCLError) -> Event? {
    try launches.withLock { (log) throws(OpenCLError) in
      try enqueue(name, LaunchPurpose.current, &log, body)
    }
  }

  /// Queues something as one launch, under the lock of the launches.
  @discardableResult
  func enqueue(
    _ name: String, _ purpose: @autoclosure () -> (any Sendable)?, _ log: inout LaunchLog,
    _ body: (cl_command_queue, UnsafeMutablePointer<cl_event?>?) throws(OpenCLError) -> Void
  ) throws(OpenCLError) -> Event? {
    var event: Event?
    if isProfiling {
      var raw: cl_event?
      let start = ContinuousClock.now
      try body(queueHandle, &raw)
      let host = start..<ContinuousClock.now
      event = raw.map(Event.init(adopting:))
      try log.add(event.map { .init(name: name, purpose: purpose(), host: host, event: $0) })
    } else {
      try body(queueHandle, nil)
      try log.add(nil)
    }
    // Some drivers start nothing before a flush; one per launch would cost more than it gains.
    if log.count.isMultiple(of: launchesPerFlush) { try flush() }
    return event
  }

  /// How many launches were queued so far.
  package var launchCount: Int { launches.withLock { $0.count } }

  /// Waits for the launches since the last call and returns their times, in the order they were
  /// queued; empty unless the session profiles.
  package func takeLaunchRecords() throws(OpenCLError) -> [LaunchRecord] {
    try launches.withLock { (log) throws(OpenCLError) in try log.take() }
  }
}

/// How many launches are queued before the device is told to start on them.
private let launchesPerFlush = 16
