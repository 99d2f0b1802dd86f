import Backends
import OpenCL
import Synchronization

/// Memory on an OpenCL device, taken from its pool when it is first needed and back there with the
/// last reference.
///
/// A pointwise operation into memory of its own leaves a computation here instead of queueing a
/// kernel. Other pointwise operations then take the computation over, and the memory may never be
/// needed; whoever asks for the memory has it computed first. A convolution or a product leaves a
/// `Producer`, in a storage of its own that stands in for this one.
///
/// Storages refer to those they are computed from, never the other way round but weakly, and each
/// has a lock of its own, held while it is computed: locks are always taken from a result towards
/// what it is computed from, so that no two threads can wait for each other.
final class OpenCLStorage: Storage, @unchecked Sendable {
  enum Contents {
    /// Nothing was written yet.
    case undefined
    case deferred(PointwiseComputation)
    case waiting(Producer)
    /// In a storage that stands in for this one.
    case shared(OpenCLStorage)
    /// Elsewhere; nobody may ask for it any more.
    case taken
    case memory(DeviceBuffer)
    /// It could not be computed; whoever reads it is told why.
    case failed(OpenCLError)
  }

  struct State {
    var contents = Contents.undefined
    /// Whether another computation has taken over the deferred one.
    var isInlined = false
    /// What is deferred and reads this memory.
    var readers = WeakStorages()
    /// What a waiting storage stands in for.
    var owner = WeakStorage()
  }

  /// What products have packed of the contents; to be forgotten by whatever changes them.
  private let packedCopies = Mutex(PackedCopies())
  let state = Mutex(State())
  let backend: OpenCLBackend
  /// Where the memory comes from, and goes back to: the pool, or that of the recording in which this
  /// storage was made.
  let memory: any BufferSource

  /// Memory from a source, by default that of the recording under way in this task, or the pool.
  init(byteCount: Int, on backend: OpenCLBackend, from source: (any BufferSource)? = nil) {
    self.backend = backend
    memory = source ?? backend.memory
    super.init(byteCount: byteCount)
  }

  deinit {
    switch state.withLock({ $0.contents }) {
    case .memory(let buffer): memory.put(buffer)
    case .waiting(let producer):
      apartFromRecordings { backend.computeUnread(producer, in: memory) }
    default: break
    }
  }

  /// The memory, once what was deferred to it is queued.
  func buffer() throws(OpenCLError) -> DeviceBuffer {
    let contents = try state.withLock { (state) throws(OpenCLError) in try buffer(&state) }
    foreignRecording?.noteUse(of: self, contents)
    return contents
  }

  /// The recording under way in this task, where this storage is not of its making.
  private var foreignRecording: OpenCLRecording? {
    guard let recording = backend.recording, recording.memory !== memory else { return nil }
    return recording
  }

  func buffer(_ state: inout State) throws(OpenCLError) -> DeviceBuffer {
    switch state.contents {
    case .memory(let buffer): return buffer
    case .failed(let error): throw error
    case .shared(let storage):
      return try storage.state.withLock { (state) throws(OpenCLError) in
        try storage.buffer(&state)
      }
    case .taken: misuse("OpenCLStorage: the memory was given to another storage")
    case .undefined:
      let buffer = try memory.take(byteCount)
      state.contents = .memory(buffer)
      return buffer
    case .deferred(let computation):
      return try keep(&state) { () throws(OpenCLError) in
        try backend.compute(computation, for: self)
      }
    case .waiting(let producer):
      return try keep(&state) { () throws(OpenCLError) in
        try backend.compute(producer, ending: nil, in: memory)
      }
    }
  }

  /// Keeps what is computed, or why it could not be.
  private func keep(
    _ state: inout State, _ compute: () throws(OpenCLError) -> DeviceBuffer
  ) throws(OpenCLError) -> DeviceBuffer {
    do throws(OpenCLError) {
      let computed = apartFromRecordings {
        Result { () throws(OpenCLError) in try compute() }
      }
      let buffer = try computed.get()
      state.contents = .memory(buffer)
      return buffer
    } catch {
      state.contents = .failed(error)
      throw error
    }
  }

  /// Computes for this storage: a recording notes only what was called for in it.
  private func apartFromRecordings<Computed>(_ compute: () -> Computed) -> Computed {
    if foreignRecording == nil { return compute() }
    return OpenCLRecording.$current.withValue(nil, operation: compute)
  }

  /// Whether nothing was written yet, so that a computation can be deferred.
  var isUndefined: Bool {
    state.withLock { state in
      if case .undefined = state.contents { true } else { false }
    }
  }

  /// What is deferred to this memory; nil where there is memory to be read.
  var deferred: PointwiseComputation? {
    state.withLock { state in
      if case .deferred(let computation) = state.contents { computation } else { nil }
    }
  }

  /// Whether something is deferred to this memory that no other computation has taken over.
  var isDeferredLast: Bool {
    state.withLock { state in
      if case .deferred = state.contents { !state.isInlined } else { false }
    }
  }

  /// What is deferred to this memory, for another computation to take it over.
  ///
  /// What is too costly to be computed again and again is carried out at the second call, and nil
  /// returned.
  ///
  /// - Parameter reader: What the other computation is deferred to; nil where it is carried out at
  ///   once. Only what waits can end a waiting producer.
  func takeOver(for reader: OpenCLStorage?) throws(OpenCLError) -> PointwiseComputation? {
    try state.withLock { (state) throws(OpenCLError) in
      guard case .deferred(let computation) = state.contents else { return nil }
      let isRepeated = state.isInlined && !computation.mayBeRepeated
      let readsProducer = computation.readsProducer
      if isRepeated || readsProducer && reader == nil {
        _ = try buffer(&state)
        return nil
      }
      state.isInlined = true
      // Before this storage can be computed: then it sees that it is not the producer's only reader.
      if let reader, readsProducer { computation.addReader(reader) }
      return computation
    }
  }

  /// Leaves a computation to whoever needs its result first.
  func `defer`(_ computation: PointwiseComputation) {
    state.withLock { $0.contents = .deferred(computation) }
    computation.addReader(self)
  }

  func add(reader: OpenCLStorage) { _ = state.withLock { $0.readers.add(reader) } }

  /// Takes memory to which what was deferred has been queued elsewhere.
  func settle(_ memory: DeviceBuffer) {
    state.withLock { state in
      if case .deferred = state.contents {
        state.contents = .memory(memory)
      } else {
        // Another thread was faster.
        self.memory.put(memory)
      }
    }
  }

  /// Remembers why what was deferred cannot be computed.
  func fail(_ error: OpenCLError) {
    state.withLock { state in
      if case .deferred = state.contents { state.contents = .failed(error) }
    }
  }

  /// Carries out what is deferred and reads this memory, before that changes.
  ///
  /// What has taken such a computation over comes first: then nobody may need its own result.
  ///
  /// - Throws: The first error, after all were tried.
  func finishReaders() throws(OpenCLError) {
    let readers = state.withLock { $0.readers.takeAll() }
    var failure: OpenCLError?
    for reader in readers {
      do throws(OpenCLError) {
        if let storage = reader.storage, storage.isWaiting {
          try storage.finishProducer()
          continue
        }
        try reader.storage?.finishReaders()
        if let storage = reader.storage, storage.deferred != nil { _ = try storage.buffer() }
      } catch { failure = failure ?? error }
    }
    try standIn?.finishReaders()
    if let failure { throw failure }
  }

  override func prepareForChange() throws {
    try finishReaders()
    withPackedCopies { $0.forget() }
  }

  /// Takes note that the contents change, and returns the memory.
  func changedBuffer() throws(OpenCLError) -> DeviceBuffer {
    try finishReaders()
    foreignRecording?.noteChange(of: self)
    packedCopies.withLock { $0.forget() }
    withPackedCopies { $0.forget() }
    return try buffer()
  }

  /// Lends what is packed of the contents: in a recording, what has been packed there.
  func withPackedCopies<Result>(_ body: (inout PackedCopies) -> Result) -> Result {
    if let recording = foreignRecording { return recording.withPackedCopies(of: self, body) }
    return packedCopies.withLock { body(&$0) }
  }
}
