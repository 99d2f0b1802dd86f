import COpenCL

/// What a program has queued once and may have queued again, without the work that led to it.
package enum RecordedCommand: Sendable {
  /// A call of a library that queues its own kernels; as the body of `Session.enqueue`.
  package typealias LibraryCall =
    @Sendable (
      cl_command_queue, UnsafeMutablePointer<cl_event?>?
    ) throws(OpenCLError) -> Void

  /// A kernel.
  case launch(BoundLaunch)
  /// What a library queues.
  case library(name: String, purpose: (any Sendable)?, LibraryCall)
  /// A copy of the first bytes of a buffer to a place in another.
  case copy(DeviceBuffer, to: DeviceBuffer, offset: Int, byteCount: Int)
}

/// An argument that a recorded launch shall have from now on.
package struct ArgumentChange {
  let command: Int
  let index: Int
  let argument: KernelArgument

  /// A change of an argument, which is no buffer, of the launch at a place of the list.
  package init(command: Int, index: Int, _ argument: KernelArgument) {
    self.command = command
    self.index = index
    self.argument = argument
  }
}

extension Session {
  /// Queues commands again, after changing arguments of some.
  ///
  /// Nothing else is queued between them. Launches count as they did the first time.
  package func replay(
    _ commands: [RecordedCommand], changing changes: [ArgumentChange]
  ) throws(OpenCLError) {
    try launches.withLock { (log) throws(OpenCLError) in
      for change in changes {
        guard case .launch(let launch) = commands[change.command] else { continue }
        try launch.set(change.argument, at: change.index)
      }
      for command in commands { try enqueue(command, &log) }
    }
  }

  private func enqueue(_ command: RecordedCommand, _ log: inout LaunchLog) throws(OpenCLError) {
    switch command {
    case .launch(let launch):
      try enqueue(launch.name, launch.purpose, &log) { (queue, event) throws(OpenCLError) in
        try launch.enqueue(queue, event)
      }
    case .library(let name, let purpose, let body): try enqueue(name, purpose, &log, body)
    case .copy(let source, let target, let offset, let byteCount):
      try copy(source, offset: 0, to: target, offset: offset, byteCount: byteCount)
    }
  }
}
