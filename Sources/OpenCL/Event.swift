import COpenCL

/// A queued command, to wait for and to ask when it ran.
package final class Event: Sendable {
  /// When a command passed each stage, in nanoseconds of the device's clock.
  package struct Profile: Sendable, Equatable {
    package let queued: UInt64
    package let submitted: UInt64
    package let started: UInt64
    package let ended: UInt64

    /// How long the command ran, in nanoseconds.
    package var duration: UInt64 { ended - started }
  }

  private let event: Handle

  package var handle: cl_event { event.raw }

  /// Takes over the reference that an enqueueing call returned.
  package init(adopting event: cl_event) {
    self.event = Handle(adopting: event, release: clReleaseEvent)
  }

  /// Waits until the command has ended, and throws if it failed.
  package func wait() throws(OpenCLError) {
    let raw: cl_event? = handle
    let status = withUnsafePointer(to: raw) { clWaitForEvents(1, $0) }
    if status == CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST {
      // The wait only says that a command failed; the event says why.
      let reason = try information.value(CL_EVENT_COMMAND_EXECUTION_STATUS, cl_int(0))
      if reason < 0 { try check(reason, "clWaitForEvents", detail: "a queued command failed") }
    }
    try check(status, "clWaitForEvents")
  }

  /// Waits for the command and returns its times; the session must have been made for profiling.
  package func profile() throws(OpenCLError) -> Profile {
    try wait()
    let times = Information("clGetEventProfilingInfo") { [handle] in
      clGetEventProfilingInfo(handle, $0, $1, $2, $3)
    }
    return Profile(
      queued: try times.value(CL_PROFILING_COMMAND_QUEUED, 0),
      submitted: try times.value(CL_PROFILING_COMMAND_SUBMIT, 0),
      started: try times.value(CL_PROFILING_COMMAND_START, 0),
      ended: try times.value(CL_PROFILING_COMMAND_END, 0))
  }

  private var information: Information {
    Information("clGetEventInfo") { [handle] in clGetEventInfo(handle, $0, $1, $2, $3) }
  }
}
