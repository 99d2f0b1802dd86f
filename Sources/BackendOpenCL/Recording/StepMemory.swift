import OpenCL
import Synchronization

/// Memory in which repetitions work.
///
/// It holds nothing that is needed when a repetition has ended, so those of all recordings of a device
/// use the same: the queue is in order.
final class StepMemory: Sendable {
  private let blocks: [DeviceBuffer]
  private let pool: BufferPool

  /// Blocks of these sizes.
  init(_ blockSizes: [Int], _ pool: BufferPool) throws(OpenCLError) {
    var blocks: [DeviceBuffer] = []
    do throws(OpenCLError) {
      for size in blockSizes { blocks.append(try pool.takeApart(size)) }
    } catch {
      blocks.forEach(pool.giveBack)
      throw error
    }
    self.blocks = blocks
    self.pool = pool
  }

  deinit { blocks.forEach(pool.giveBack) }

  /// How many bytes each block has.
  var blockSizes: [Int] { blocks.map(\.byteCount) }

  /// The memory of a place.
  func part(_ place: MemoryPlan.Place, byteCount: Int) throws(OpenCLError) -> DeviceBuffer {
    try blocks[place.block].part(at: place.offset, byteCount: byteCount)
  }
}

/// What repetitions on a device have in common; nothing is kept alive.
struct SharedStepMemory {
  weak var memory: StepMemory?
  private var recordings: [WeakRecording] = []

  private struct WeakRecording {
    weak var recording: OpenCLRecording?
  }

  /// The recordings that may hold memory.
  var living: [OpenCLRecording] { recordings.compactMap(\.recording) }

  /// Takes note that a recording holds memory.
  mutating func add(_ recording: OpenCLRecording) {
    recordings.removeAll { $0.recording == nil || $0.recording === recording }
    recordings.append(WeakRecording(recording: recording))
  }
}

extension OpenCLBackend {
  /// Memory for repetitions with blocks of these sizes at least.
  ///
  /// Where there is too little, all recordings give up theirs and share what is made now. The device
  /// is waited for: the driver keeps memory of which commands are queued.
  func stepMemory(_ blockSizes: [Int]) throws(OpenCLError) -> StepMemory {
    let (present, sizes) = sharedStepMemory.withLock { shared in
      let sizes = Self.largest(blockSizes, shared.memory?.blockSizes ?? [])
      return (sizes == shared.memory?.blockSizes ? shared.memory : nil, sizes)
    }
    if let present { return present }
    _ = giveUpStepMemory()
    try session.finish()
    pool.empty()
    let memory = try StepMemory(sizes, pool)
    sharedStepMemory.withLock { $0.memory = memory }
    return memory
  }

  /// Has recordings give up their memory, which they take anew for their next repetition; false
  /// where none has any.
  func giveUpStepMemory() -> Bool {
    let recordings = sharedStepMemory.withLock { $0.living }
    return recordings.reduce(false) { $1.giveUpReplay() || $0 }
  }

  /// The larger of each block of either.
  private static func largest(_ sizes: [Int], _ others: [Int]) -> [Int] {
    (0..<max(sizes.count, others.count)).map { index in
      max(index < sizes.count ? sizes[index] : 0, index < others.count ? others[index] : 0)
    }
  }
}
