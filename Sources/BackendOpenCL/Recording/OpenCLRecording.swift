import Backends
import OpenCL
import Synchronization

/// What an OpenCL device was given to do in a part of a program.
///
/// Only launches of the task that runs the body of `note` belong to it, and only memory that is made
/// there is its own: `current` is a task's own.
final class OpenCLRecording: BackendRecording {
  /// The recording under way in this task.
  @TaskLocal static var current: OpenCLRecording?

  private struct State {
    var commands: [NotedCommand] = []
    var outside: [ObjectIdentifier: OutsideMemory] = [:]
    var changedCells: Set<Int> = []
    var packedCopies: [ObjectIdentifier: PackedCopies] = [:]
    var constants: [DeviceBuffer] = []
    /// The memory of what is kept of its making.
    var outputs: [Int: DeviceBuffer] = [:]
    var ruleCount = 0
    var obstacle: String?
    var trace: RecordingTrace?
    var replay: OpenCLReplay?
  }

  let backend: OpenCLBackend
  /// What is made while the recording is under way has its memory from here.
  let memory: RecordingMemory
  /// What waits for a producer that was called for in the recording, or did.
  let pendingProducer = PendingProducer()
  private let start: RandomPosition
  private let cells: [ObjectIdentifier: Int]
  private let state = Mutex(State())

  init(_ backend: OpenCLBackend, from position: RandomPosition, cells: [Storage]) {
    self.backend = backend
    memory = RecordingMemory(backend.pool)
    start = position
    self.cells = Dictionary(
      cells.enumerated().map { (ObjectIdentifier($1), $0) }, uniquingKeysWith: { first, _ in first }
    )
  }

  deinit { release() }

  func note<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$current.withValue(self, operation: body)
  }

  func forbid(_ reason: String) {
    state.withLock { if $0.obstacle == nil { $0.obstacle = reason } }
  }

  var obstacle: String? { state.withLock { $0.obstacle } }

  func hasChanged(cell: Int) -> Bool { state.withLock { $0.changedCells.contains(cell) } }

  func end(keeping outputs: [StridedArray]) throws {
    try note {
      try backend.computeDeferred()
      for output in outputs { _ = try output.deviceBuffer }
    }
    var outputMemory: [Int: DeviceBuffer] = [:]
    for output in outputs {
      let buffer = try output.deviceBuffer
      if case .own(let number) = memory.reference(to: buffer) { outputMemory[number] = buffer }
    }
    state.withLock { state in
      state.packedCopies = [:]
      state.outputs = outputMemory
      state.trace = RecordingTrace(state.commands, outside: state.outside)
    }
    let kept = Set(
      outputs.map(\.deviceStorage).filter { $0.memory === memory }.map(ObjectIdentifier.init))
    if memory.buffersInUse != kept.count {
      forbid(
        "a tensor that is computed in the step is kept elsewhere; the step has to return it")
    }
  }

  func difference(from earlier: any BackendRecording) -> String? {
    guard let earlier = (earlier as? OpenCLRecording)?.state.withLock({ $0.trace }),
      let trace = state.withLock({ $0.trace })
    else { return "there is nothing to compare the step with" }
    return trace.difference(from: earlier)
  }

  func release() {
    let constants = state.withLock { state in
      state.commands = []
      state.outputs = [:]
      state.replay = nil
      defer { state.constants = [] }
      return state.constants
    }
    constants.forEach(backend.pool.put)
  }

  func prepare() throws {
    _ = try readyReplay()
    // What the program has used to be recorded is not needed again.
    backend.pool.empty()
  }

  func replay(_ rules: [UpdateRule], from position: RandomPosition) throws {
    try readyReplay().run(rules, position, on: backend.session)
  }

  private func readyReplay() throws(OpenCLError) -> OpenCLReplay {
    let (present, commands, outputs) = state.withLock { ($0.replay, $0.commands, $0.outputs) }
    if let present { return present }
    // Without the lock: for its memory, other recordings may have to give up theirs.
    let replay = try OpenCLReplay(
      commands, byteCounts: memory.byteCounts, outputs: outputs, on: backend)
    state.withLock { $0.replay = replay }
    backend.sharedStepMemory.withLock { $0.add(self) }
    return replay
  }

  /// Gives up the memory of the repetitions, which the next takes anew; false where there is none.
  func giveUpReplay() -> Bool {
    let replay = state.withLock { state in
      defer { state.replay = nil }
      return state.replay
    }
    return replay != nil
  }
}

// What the backend tells a recording.
extension OpenCLRecording {
  /// Notes a command that was queued.
  private func add(_ command: NotedCommand) { state.withLock { $0.commands.append(command) } }

  /// Notes a kernel that was queued.
  func addLaunch(
    _ kernel: Kernel, _ global: WorkSize, _ local: WorkSize, _ arguments: [KernelArgument],
    _ sources: [Int: ArgumentSource]
  ) {
    let arguments = arguments.map { argument in
      if case .buffer(let buffer) = argument {
        NotedArgument.memory(memory.reference(to: buffer))
      } else {
        NotedArgument.value(argument)
      }
    }
    add(
      .launch(
        NotedLaunch(
          kernel: kernel, global: global, local: local, arguments: arguments, sources: sources,
          purpose: LaunchPurpose.current)))
  }

  /// Notes what a library has queued.
  func addLibraryCall(
    _ name: String, _ detail: String, _ buffers: [DeviceBuffer],
    _ body: @escaping NotedLibraryCall.Body
  ) {
    add(
      .library(
        NotedLibraryCall(
          name: name, detail: detail, memory: buffers.map(memory.reference),
          purpose: LaunchPurpose.current, body: body)))
  }

  /// The number of the next update.
  func nextRule() -> Int {
    state.withLock { state in
      defer { state.ruleCount += 1 }
      return state.ruleCount
    }
  }

  /// Where a place in the random stream comes from: nil where it is the same each time.
  func sources(of position: RandomPosition) -> (seed: ArgumentSource, block: ArgumentSource)? {
    guard position.seed == start.seed, position.block >= start.block else { return nil }
    return (.randomSeed, .randomBlock(position.block - start.block))
  }

  /// Takes note that memory from outside is used.
  func noteUse(of storage: OpenCLStorage, _ buffer: DeviceBuffer) {
    memory.noteOutside(buffer)
    state.withLock { state in
      let memory = cells[ObjectIdentifier(storage)].map(OutsideMemory.cell) ?? .constant(storage)
      state.outside[ObjectIdentifier(buffer)] = memory
    }
  }

  /// Takes note that memory from outside is changed.
  func noteChange(of storage: OpenCLStorage) {
    if let cell = cells[ObjectIdentifier(storage)] {
      state.withLock { _ = $0.changedCells.insert(cell) }
    } else {
      forbid("the step changes a tensor that is neither a parameter nor a buffer of its model")
    }
  }

  /// Keeps bytes of the host for the repetitions.
  func upload(
    _ bytes: UnsafeRawBufferPointer, to target: DeviceBuffer, offset: Int
  ) throws(OpenCLError) {
    let constant = try backend.pool.take(bytes.count)
    state.withLock { $0.constants.append(constant) }
    try backend.session.write(bytes, to: constant)
    try backend.session.copy(
      constant, offset: 0, to: target, offset: offset, byteCount: bytes.count)
    add(
      .upload(
        NotedUpload(
          bytes: Array(bytes), constant: constant, target: memory.reference(to: target),
          offset: offset)))
  }

  /// Lends what is packed in this recording of memory from outside; only that is packed again in
  /// each repetition.
  func withPackedCopies<Result>(
    of storage: OpenCLStorage, _ body: (inout PackedCopies) -> Result
  ) -> Result {
    state.withLock { body(&$0.packedCopies[ObjectIdentifier(storage), default: PackedCopies()]) }
  }
}
