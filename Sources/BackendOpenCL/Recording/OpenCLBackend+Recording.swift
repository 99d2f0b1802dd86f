import Backends
import OpenCL

extension OpenCLBackend: RecordingBackend {
  package func makeRecording(
    from position: RandomPosition, cells: [Storage]
  ) throws -> any BackendRecording {
    guard pool.hasRoom(timesPeak: Self.recordingRoom) else { throw NoRoomForRecording() }
    try computeDeferred()
    return OpenCLRecording(self, from: position, cells: cells)
  }
}

extension OpenCLBackend {
  /// How many times the memory of a step there has to be.
  ///
  /// A recorded step takes that of an ordinary one, besides copies of its inputs and gaps between what
  /// lies in the memory of its repetitions. Nobody is to run short for these.
  private static let recordingRoom = 1.25
}

/// The step needs so much of the device's memory that it might not fit when it is recorded.
private struct NoRoomForRecording: Error, CustomStringConvertible {
  var description: String { "recorded, the step might not fit into the device's memory" }
}

extension OpenCLBackend {
  /// What this task records of this device.
  var recording: OpenCLRecording? {
    guard let recording = OpenCLRecording.current, recording.backend === self else { return nil }
    return recording
  }

  /// Where memory for what is made now comes from.
  var memory: any BufferSource { recording?.memory ?? pool }

  /// Queues a kernel over at least `global` work-items, padded to whole groups of `local`.
  package func launch(
    _ kernel: Kernel, global: WorkSize, local: WorkSize, _ arguments: [KernelArgument]
  ) throws(OpenCLError) {
    try launch(kernel, global: global, local: local, arguments, sources: [:])
  }

  /// Queues a kernel of which some arguments, by their index, differ each time that what is recorded
  /// is done.
  func launch(
    _ kernel: Kernel, global: WorkSize, local: WorkSize, _ arguments: [KernelArgument],
    sources: [Int: ArgumentSource]
  ) throws(OpenCLError) {
    let global = global.padded(toGroupsOf: local)
    try session.launch(kernel, global: global, local: local, arguments: arguments)
    recording?.addLaunch(kernel, global, local, arguments, sources)
  }

  /// Lets a library queue its own kernels.
  ///
  /// - Parameters:
  ///   - detail: All there is to tell one call from another but the memory.
  ///   - buffers: The memory it uses.
  ///   - body: The call with buffers in the order of those; may be asked for with others later.
  func enqueue(
    _ name: String, _ detail: String, _ buffers: [DeviceBuffer],
    _ body: @escaping NotedLibraryCall.Body
  ) throws(OpenCLError) {
    try session.enqueue(name, body(buffers))
    recording?.addLibraryCall(name, detail, buffers, body)
  }
}
