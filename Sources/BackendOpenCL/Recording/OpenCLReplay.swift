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
  /// Where it works.
  private let memory: StepMemory

  /// Gives each launch a kernel object of its own, with its arguments set.
  ///
  /// - Parameters:
  ///   - byteCounts: The sizes of the recording's own memory.
  ///   - outputs: What of it stays where it is.
  init(
    _ noted: [NotedCommand], byteCounts: [Int], outputs: [Int: DeviceBuffer],
    on backend: OpenCLBackend
  ) throws(OpenCLError) {
    let places = try OwnMemory(noted, byteCounts, outputs, on: backend)
    var commands: [RecordedCommand] = []
    var parameters: [Parameter] = []
    for note in noted {
      let command = try note.recorded(places.buffer)
      commands.append(command)
      guard case .launch(let launch) = command, case .launch(let noted) = note else { continue }
      for (index, source) in noted.sources {
        parameters.append(Parameter(launch: launch, index: index, source: source))
      }
    }
    memory = places.memory
    self.parameters = parameters
    self.commands = try backend.session.gathered(commands, changing: parameters.map(\.launch))
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

/// The buffers of a replay in the place of those of the recording.
private struct OwnMemory {
  let memory: StepMemory
  private var buffers: [Int: DeviceBuffer]

  init(
    _ commands: [NotedCommand], _ byteCounts: [Int], _ outputs: [Int: DeviceBuffer],
    on backend: OpenCLBackend
  ) throws(OpenCLError) {
    var lifetimes: [Int: ClosedRange<Int>] = [:]
    for (time, command) in commands.enumerated() {
      for case .own(let number) in command.memory where outputs[number] == nil {
        lifetimes[number] = (lifetimes[number]?.lowerBound ?? time)...time
      }
    }
    let numbers = lifetimes.keys.sorted()
    let requests = numbers.map {
      MemoryPlan.Request(byteCount: max(byteCounts[$0], 1), lifetime: lifetimes[$0]!)
    }
    let plan = MemoryPlan(
      requests, alignment: backend.device.bufferAlignment,
      mostBytes: backend.device.maxAllocationBytes)
    memory = try backend.stepMemory(plan.blockSizes)
    buffers = outputs
    for (number, (request, place)) in zip(numbers, zip(requests, plan.places)) {
      buffers[number] = try memory.part(place, byteCount: request.byteCount)
    }
  }

  func buffer(_ memory: NotedMemory) -> DeviceBuffer {
    switch memory {
    case .outside(let buffer): buffer
    case .own(let number): buffers[number]!
    }
  }
}
