import Backends
import OpenCL
import Synchronization

/// Memory on an OpenCL device, taken from its pool when it is first needed and back there with the
/// last reference.
///
/// A pointwise operation into memory of its own leaves a computation here instead of queueing a
/// kernel. Other pointwise operations then take the computation over, and the memory may never be
/// needed; whoever asks for the memory has it computed first.
///
/// Storages refer to those they are computed from, never the other way round but weakly, and each
/// has a lock of its own, held while it is computed: locks are always taken from a result towards
/// what it is computed from, so that no two threads can wait for each other.
final class OpenCLStorage: Storage, @unchecked Sendable {
  private enum Contents {
    /// Nothing was written yet.
    case undefined
    case deferred(PointwiseComputation)
    case memory(DeviceBuffer)
    /// It could not be computed; whoever reads it is told why.
    case failed(OpenCLError)
  }

  private struct State {
    var contents = Contents.undefined
    /// Whether another computation has taken over the deferred one.
    var isInlined = false
    /// What is deferred and reads this memory.
    var readers = WeakStorages()
  }

  /// What products have packed of the contents; to be forgotten by whatever changes them.
  private let packedCopies = Mutex(PackedCopies())
  private let state = Mutex(State())
  private let backend: OpenCLBackend
  /// Where the memory comes from, and goes back to: the pool, or that of the recording in which this
  /// storage was made.
  let memory: any BufferSource

  init(byteCount: Int, on backend: OpenCLBackend) {
    self.backend = backend
    memory = backend.memory
    super.init(byteCount: byteCount)
  }

  deinit {
    if case .memory(let buffer) = state.withLock({ $0.contents }) { memory.put(buffer) }
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

  private func buffer(_ state: inout State) throws(OpenCLError) -> DeviceBuffer {
    switch state.contents {
    case .memory(let buffer): return buffer
    case .failed(let error): throw error
    case .undefined:
      let buffer = try memory.take(byteCount)
      state.contents = .memory(buffer)
      return buffer
    case .deferred(let computation):
      do throws(OpenCLError) {
        let buffer = try compute(computation)
        state.contents = .memory(buffer)
        return buffer
      } catch {
        state.contents = .failed(error)
        throw error
      }
    }
  }

  /// Computes what was deferred, which a recording notes only where it was called for in it.
  private func compute(_ computation: PointwiseComputation) throws(OpenCLError) -> DeviceBuffer {
    guard foreignRecording != nil else {
      return try backend.compute(computation, byteCount: byteCount)
    }
    return try OpenCLRecording.$current.withValue(nil) {
      Result { () throws(OpenCLError) in
        try backend.compute(computation, byteCount: byteCount)
      }
    }.get()
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
  func takeOver() throws(OpenCLError) -> PointwiseComputation? {
    try state.withLock { (state) throws(OpenCLError) in
      guard case .deferred(let computation) = state.contents else { return nil }
      if state.isInlined, !computation.mayBeRepeated {
        _ = try buffer(&state)
        return nil
      }
      state.isInlined = true
      return computation
    }
  }

  /// Leaves a computation to whoever needs its result first.
  func `defer`(_ computation: PointwiseComputation) {
    state.withLock { $0.contents = .deferred(computation) }
    for input in computation.inputs { input.deviceStorage.add(reader: self) }
  }

  private func add(reader: OpenCLStorage) { state.withLock { $0.readers.add(reader) } }

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
        try reader.storage?.finishReaders()
        if let storage = reader.storage, storage.deferred != nil { _ = try storage.buffer() }
      } catch { failure = failure ?? error }
    }
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
