import OpenCL
import Synchronization

/// Where memory comes from and goes back to.
protocol BufferSource: AnyObject, Sendable {
  /// A buffer of at least the size with undefined contents.
  func take(_ byteCount: Int) throws(OpenCLError) -> DeviceBuffer

  /// Takes a buffer back, for the next that needs its size.
  func put(_ buffer: DeviceBuffer)
}

extension BufferPool: BufferSource {}

/// The memory of a recording: taken from the pool, given back when the recording and all that was
/// made in it have ended.
///
/// What was made first and let go of leaves its memory to what is made later, each time in the same
/// order. Nobody else may get it in between, since a repetition writes to it.
final class RecordingMemory: BufferSource {
  private struct State {
    var free: [Int: [DeviceBuffer]] = [:]
    var inUse = 0
  }

  private let pool: BufferPool
  private let state = Mutex(State())

  init(_ pool: BufferPool) { self.pool = pool }

  deinit { giveBack() }

  /// Gives what is not in use back to the pool.
  func giveBack() {
    let free = state.withLock { state in
      defer { state.free = [:] }
      return state.free
    }
    for buffers in free.values { buffers.forEach(pool.put) }
  }

  /// How many buffers are in use.
  var buffersInUse: Int { state.withLock { $0.inUse } }

  func take(_ byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    try state.withLock { (state) throws(OpenCLError) in
      let capacity = pool.capacity(for: byteCount)
      let buffer =
        if let free = state.free[capacity]?.popLast() { free } else { try pool.take(byteCount) }
      state.inUse += 1
      return buffer
    }
  }

  func put(_ buffer: DeviceBuffer) {
    state.withLock { state in
      state.inUse -= 1
      state.free[buffer.byteCount, default: []].append(buffer)
    }
  }
}
