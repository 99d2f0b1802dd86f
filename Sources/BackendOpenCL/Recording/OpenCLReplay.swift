import Backends
import OpenCL

/// What was noted, ready to be queued again.
struct OpenCLReplay: Sendable {
  /// An argument that differs each time.
  private struct Parameter: Sendable {
    let launch: BoundLaunch
    let index: Int
    let source: ArgumentSource
  }

  private let commands: [RecordedCommand]
  private let parameters: [Parameter]

  /// Gives each launch a kernel object of its own, with its arguments set.
  init(_ noted: [NotedCommand], on session: Session) throws(OpenCLError) {
    var commands: [RecordedCommand] = []
    var parameters: [Parameter] = []
    for note in noted {
      let command = try note.recorded()
      commands.append(command)
      guard case .launch(let launch) = command, case .launch(let noted) = note else { continue }
      for (index, source) in noted.sources {
        parameters.append(Parameter(launch: launch, index: index, source: source))
      }
    }
    self.parameters = parameters
    self.commands = try session.gathered(commands, changing: parameters.map(\.launch))
  }

  /// Queues all of it, with the numbers of this time.
  func run(
    _ rules: [UpdateRule], _ position: RandomPosition, on session: Session
  ) throws(OpenCLError) {
    try session.replay(
      commands,
      changing: parameters.map {
        ArgumentChange(
          of: $0.launch, at: $0.index, to: $0.source.argument(rules, position))
      })
  }
}
