import Backends
import OpenCL

extension OpenCLBackend: RecordingBackend {
  package func makeRecording(
    from position: RandomPosition, cells: [Storage]
  ) throws -> any BackendRecording {
    guard pool.fits(timesPeak: Self.recordingRoom) else { throw NoRoomForRecording() }
    try computeDeferred()
    return OpenCLRecording(self, from: position, cells: cells)
  }
}

extension OpenCLBackend {
  /// A recording sets aside memory of all sizes that the step uses at any time, up to about twice of
  /// what it uses at once, and cannot give it up when the device runs short.
  private static let recordingRoom = 3
}

/// The step needs so much of the device's memory that a recording, with what is set aside for it, might
/// not fit.
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
    recording?.add(
      .launch(
        NotedLaunch(
          kernel: kernel, global: global, local: local, arguments: arguments, sources: sources,
          purpose: LaunchPurpose.current)))
  }

  /// Lets a library queue its own kernels.
  ///
  /// - Parameters:
  ///   - detail: All there is to tell one call from another but the memory.
  ///   - buffers: The memory it uses.
  ///   - body: May be called again later.
  func enqueue(
    _ name: String, _ detail: String, _ buffers: [DeviceBuffer],
    _ body: @escaping RecordedCommand.LibraryCall
  ) throws(OpenCLError) {
    try session.enqueue(name, body)
    recording?.add(
      .library(
        NotedLibraryCall(
          name: name, detail: detail, buffers: buffers, purpose: LaunchPurpose.current, body: body)
      ))
  }
}
