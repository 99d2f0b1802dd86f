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
  /// Kernels that the driver keeps as a list.
  case list(CommandBuffer)
  /// What a library queues.
  case library(name: String, purpose: (any Sendable)?, LibraryCall)
  /// A copy of the first bytes of a buffer to a place in another.
  case copy(DeviceBuffer, to: DeviceBuffer, offset: Int, byteCount: Int)
}

/// An argument that a recorded launch shall have from now on.
package struct ArgumentChange {
  let launch: BoundLaunch
  let index: Int
  let argument: KernelArgument

  /// A change of an argument that is no buffer.
  package init(of launch: BoundLaunch, at index: Int, to argument: KernelArgument) {
    self.launch = launch
    self.index = index
    self.argument = argument
  }
}

extension Session {
  /// The commands with neighbouring launches made into lists, where the driver's are good for
  /// something; not those whose arguments will change.
  package func gathered(
    _ commands: [RecordedCommand], changing: [BoundLaunch]
  ) throws(OpenCLError) -> [RecordedCommand] {
    guard let functions = try commandBufferFunctions() else { return commands }
    let changing = Set(changing.map(ObjectIdentifier.init))
    var result: [RecordedCommand] = []
    var run: [BoundLaunch] = []
    for command in commands {
      if case .launch(let launch) = command, !changing.contains(ObjectIdentifier(launch)) {
        run.append(launch)
      } else {
        result += gathered(run, functions) + [command]
        run = []
      }
    }
    return result + gathered(run, functions)
  }

  /// A list of launches; the launches where there is no use in one.
  private func gathered(
    _ launches: [BoundLaunch], _ functions: CommandBufferFunctions
  ) -> [RecordedCommand] {
    let single = launches.map(RecordedCommand.launch)
    if launches.count < 2 { return single }
    // Drivers need not take every kernel into a list; queued by itself it does the same.
    guard let list = try? CommandBuffer(launches, functions, queue: queueHandle) else {
      return single
    }
    return [.list(list)]
  }

  /// Queues commands again, after changing arguments of some.
  ///
  /// Nothing else is queued between them. Launches count as they did the first time.
  package func replay(
    _ commands: [RecordedCommand], changing changes: [ArgumentChange]
  ) throws(OpenCLError) {
    try launches.withLock { (log) throws(OpenCLError) in
      for change in changes { try change.launch.set(change.argument, at: change.index) }
      for command in commands { try enqueue(command, &log) }
    }
  }

  private func enqueue(_ command: RecordedCommand, _ log: inout LaunchLog) throws(OpenCLError) {
    switch command {
    case .launch(let launch):
      try enqueue(launch.name, launch.purpose, &log) { (queue, event) throws(OpenCLError) in
        try launch.enqueue(queue, event)
      }
    case .list(let list):
      try list.enqueue()
      for _ in list.launches { try log.add(nil) }
      try flush()
    case .library(let name, let purpose, let body): try enqueue(name, purpose, &log, body)
    case .copy(let source, let target, let offset, let byteCount):
      try copy(source, offset: 0, to: target, offset: offset, byteCount: byteCount)
    }
  }
}
