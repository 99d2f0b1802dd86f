import Backends
import OpenCL
import Synchronization

/// Buffers that were used and will be used again, by size class.
///
/// Eight classes to an octave: at most an eighth of a buffer (or 256 bytes) is unused. A buffer may
/// be taken again while commands on it are still queued: the queue is in order. It may not while it is
/// an argument of a command that is about to be queued, by this thread or another.
package final class BufferPool: Sendable {
  package typealias Allocate = @Sendable (_ byteCount: Int) throws(OpenCLError) -> DeviceBuffer
  /// Gives up memory that can be taken anew later; false where there is none.
  package typealias Relief = @Sendable () -> Bool

  private struct State {
    var free: [Int: [DeviceBuffer]] = [:]
    var use = MemoryUse(live: 0, pooled: 0, peak: 0)
    var allocationCount = 0
  }

  private let device: ComputeDevice
  private let memoryLimit: Int
  private let allocate: Allocate
  private let state = Mutex(State())
  private let relief = Mutex<Relief?>(nil)

  /// A pool that holds at most `memoryLimit` bytes, which `allocate` takes from the driver.
  package init(_ device: ComputeDevice, memoryLimit: Int, allocate: @escaping Allocate) {
    self.device = device
    self.memoryLimit = memoryLimit
    self.allocate = allocate
  }

  /// Bytes held.
  package var use: MemoryUse { state.withLock { $0.use } }

  /// Whether so many times what was in use at most would fit.
  func hasRoom(timesPeak factor: Double) -> Bool {
    state.withLock { Double($0.use.livePeak) * factor <= Double(memoryLimit) }
  }

  /// Measures the peaks anew.
  func resetPeaks() { state.withLock { $0.use.resetPeaks() } }

  /// How many buffers the driver was asked for.
  package var allocationCount: Int { state.withLock { $0.allocationCount } }

  /// Throws where no buffer can be so large.
  func check(_ byteCount: Int) throws(OpenCLError) {
    guard byteCount <= device.maxAllocationBytes else {
      throw outOfMemory(
        byteCount, "one buffer of \(device) holds at most \(device.maxAllocationBytes)")
    }
  }

  /// Says what to do where there is too little memory, before that is an error.
  func whenShort(_ body: @escaping Relief) { relief.withLock { $0 = body } }

  /// A buffer of at least the size with undefined contents.
  package func take(_ byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    try check(byteCount)
    let capacity = capacity(for: byteCount)
    do {
      return try takeOnce(capacity)
    } catch {
      guard error.isOutOfMemory, let relief = relief.withLock(\.self), relief() else { throw error }
      return try takeOnce(capacity)
    }
  }

  private func takeOnce(_ capacity: Int) throws(OpenCLError) -> DeviceBuffer {
    try state.withLock { (state) throws(OpenCLError) in
      if let buffer = state.free[capacity]?.popUnused() {
        state.use.pooled -= capacity
        state.use.live += capacity
        state.use.raisePeaks()
        return buffer
      }
      let buffer = try newBuffer(capacity, &state)
      state.use.live += capacity
      state.use.raisePeaks()
      return buffer
    }
  }

  /// A buffer of just the size, which goes to nobody else afterwards: to be given back.
  func takeApart(_ byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    try state.withLock { (state) throws(OpenCLError) in
      let buffer = try newBuffer(byteCount, &state)
      state.use.live += byteCount
      state.use.raisePeaks()
      return buffer
    }
  }

  /// Leaves a buffer that was taken apart to the driver.
  func giveBack(_ buffer: DeviceBuffer) { state.withLock { $0.use.live -= buffer.byteCount } }

  /// The size of the buffer that a request of so many bytes gets.
  private func capacity(for byteCount: Int) -> Int {
    // The rounded size must not exceed a limit that the size itself keeps.
    min(Self.sizeClass(byteCount), device.maxAllocationBytes)
  }

  /// Keeps a buffer for the next that needs its size.
  package func put(_ buffer: DeviceBuffer) {
    state.withLock { state in
      state.use.live -= buffer.byteCount
      state.use.pooled += buffer.byteCount
      state.free[buffer.byteCount, default: []].append(buffer)
    }
  }

  /// Gives all that is not in use back to the driver.
  package func empty() { state.withLock { Self.empty(&$0) } }

  /// The size of the buffer that serves a request of so many bytes.
  package static func sizeClass(_ byteCount: Int) -> Int {
    guard byteCount > smallest else { return smallest }
    let octave = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount
    let step = 1 << max(octave - 3, 0)
    return (byteCount + step - 1) / step * step
  }

  /// Below this many bytes nothing is gained by a smaller buffer.
  private static let smallest = 256

  private static func empty(_ state: inout State) {
    state.free = [:]
    state.use.pooled = 0
  }

  private func newBuffer(_ capacity: Int, _ state: inout State) throws(OpenCLError) -> DeviceBuffer
  {
    if state.use.live + state.use.pooled + capacity > memoryLimit { Self.empty(&state) }
    guard state.use.live + capacity <= memoryLimit else {
      throw outOfMemory(
        capacity,
        "\(state.use.live) bytes are in use and \(device) may hold \(memoryLimit)")
    }
    state.allocationCount += 1
    do {
      return try allocate(capacity)
    } catch {
      guard error.isOutOfMemory, state.use.pooled > 0 else { throw error }
      Self.empty(&state)
      return try allocate(capacity)
    }
  }

  private func outOfMemory(_ byteCount: Int, _ reason: String) -> OpenCLError {
    OpenCLError(
      status: allocationFailure, call: "clCreateBuffer",
      detail: "asked for \(byteCount) bytes; \(reason)")
  }
}

extension [DeviceBuffer] {
  /// Takes out the last buffer that nobody else refers to.
  fileprivate mutating func popUnused() -> DeviceBuffer? {
    for index in indices.reversed() where isKnownUniquelyReferenced(&self[index]) {
      return remove(at: index)
    }
    return nil
  }
}

/// `CL_MEM_OBJECT_ALLOCATION_FAILURE`.
private let allocationFailure: Int32 = -4
