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

/// The memory of what is made in a recording: that of the pool, which gets it back as it would
/// without a recording.
///
/// A repetition works in memory of its own (`StepMemory`). What is noted therefore keeps no buffer; it
/// has a number for each time one was taken.
final class RecordingMemory: BufferSource {
  private struct State {
    /// The last number of each buffer; kept when it is put back, as it may be an argument still.
    var numbers: [ObjectIdentifier: Int] = [:]
    var byteCounts: [Int] = []
    var inUse = 0
  }

  private let pool: BufferPool
  private let state = Mutex(State())

  init(_ pool: BufferPool) { self.pool = pool }

  /// How many buffers are in use.
  var buffersInUse: Int { state.withLock { $0.inUse } }

  /// The size that was asked for under each number.
  var byteCounts: [Int] { state.withLock { $0.byteCounts } }

  func take(_ byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    let buffer = try pool.take(byteCount)
    state.withLock { state in
      state.numbers[ObjectIdentifier(buffer)] = state.byteCounts.count
      state.byteCounts.append(byteCount)
      state.inUse += 1
    }
    return buffer
  }

  func put(_ buffer: DeviceBuffer) {
    state.withLock { $0.inUse -= 1 }
    pool.put(buffer)
  }

  /// Takes note that a buffer, which the recording may have put back, belongs to somebody else.
  func noteOutside(_ buffer: DeviceBuffer) {
    state.withLock { _ = $0.numbers.removeValue(forKey: ObjectIdentifier(buffer)) }
  }

  /// How commands that are noted now refer to a buffer.
  func reference(to buffer: DeviceBuffer) -> NotedMemory {
    let number = state.withLock { $0.numbers[ObjectIdentifier(buffer)] }
    return number.map(NotedMemory.own) ?? .outside(buffer)
  }
}
