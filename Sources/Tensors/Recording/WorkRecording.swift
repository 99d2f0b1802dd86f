import Backends

/// The recording of a step that is under way in a task, for what operations have to tell it.
final class WorkRecording: Sendable {
  @TaskLocal static var current: WorkRecording?

  private let context: DeviceContext
  private let notes: any BackendRecording

  init(_ context: DeviceContext, _ notes: any BackendRecording) {
    self.context = context
    self.notes = notes
  }

  /// Says why the step cannot be repeated.
  static func forbid(_ reason: @autoclosure () -> String) { current?.notes.forbid(reason()) }

  /// Takes note of an operation on a device.
  static func noteOperation(on context: DeviceContext) {
    guard let current, current.context !== context else { return }
    forbid("the step also computes on \(context.backend.description.name)")
  }
}
