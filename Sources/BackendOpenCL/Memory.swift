import Backends
import OpenCL
import Synchronization

/// Memory on an OpenCL device, back in its pool with the last reference.
final class OpenCLStorage: Storage, @unchecked Sendable {
  let buffer: DeviceBuffer
  /// What products have packed of the contents; to be forgotten by whatever changes them.
  let packedCopies = Mutex(PackedCopies())
  private let pool: BufferPool

  init(_ buffer: DeviceBuffer, byteCount: Int, pool: BufferPool) {
    self.buffer = buffer
    self.pool = pool
    super.init(byteCount: byteCount)
  }

  deinit { pool.put(buffer) }
}

extension StridedArray {
  /// The memory as a kernel's argument.
  package var argument: KernelArgument { .buffer(deviceBuffer) }

  /// The memory; only arrays of this backend have it.
  package var deviceBuffer: DeviceBuffer {
    guard let storage = storage as? OpenCLStorage else {
      misuse("OpenCLBackend: the memory of an array of shape \(shape) belongs to another backend")
    }
    return storage.buffer
  }
}

extension OpenCLBackend {
  /// Takes memory of at least the size from the pool, or from the driver where it has none.
  ///
  /// - Throws: `OpenCLError` where the device cannot hold it, even after the pool was emptied.
  public func allocate(byteCount: Int) throws -> Storage {
    OpenCLStorage(try pool.take(byteCount), byteCount: byteCount, pool: pool)
  }

  /// A dense array for a step of an operation.
  package func temporary(_ shape: Shape, _ dtype: DType = .float32) throws -> StridedArray {
    StridedArray(
      try allocate(byteCount: shape.count * dtype.byteWidth), dtype, Layout(shape))
  }

  /// Copies the bytes to staging memory and queues their transfer.
  public func upload(_ bytes: UnsafeRawBufferPointer, to array: StridedArray) throws {
    array.forgetPackedCopies()
    try session.write(
      bytes, to: array.deviceBuffer, offset: array.layout.offset * array.dtype.byteWidth)
  }

  /// Queues a copy to the host behind all that is queued.
  public func startDownload(of array: StridedArray) throws -> any Download {
    OpenCLDownload(
      try session.beginRead(
        array.deviceBuffer, offset: array.layout.offset * array.dtype.byteWidth,
        byteCount: array.count * array.dtype.byteWidth))
  }

  /// Waits for everything queued so far.
  ///
  /// - Throws: `OpenCLError` where a command has failed.
  public func synchronize() throws { try session.finish() }

  /// Bytes of device memory held, by living arrays and by the pool.
  public var memoryInUse: MemoryUse { pool.use }

  /// Measures the peaks anew, from what is held now.
  public func resetPeakMemory() { pool.resetPeaks() }

  /// How many buffers the driver was asked for so far; constant in a steady loop.
  package var deviceAllocationCount: Int { pool.allocationCount }
}

/// A read that is under way.
private final class OpenCLDownload: Download {
  private let read: PendingRead

  init(_ read: PendingRead) { self.read = read }

  func wait() throws -> [UInt8] { try read.wait() }
}
