import Backends
import OpenCL

extension StridedArray {
  /// The memory as an argument of a kernel that only reads it.
  ///
  /// What was deferred to it is carried out first.
  package var argument: KernelArgument {
    get throws(OpenCLError) { .buffer(try deviceBuffer) }
  }

  /// The memory as an argument of a kernel that writes to it, wholly or in part.
  ///
  /// What is deferred and reads it is carried out first: whatever an operation changes goes through
  /// here, or `changedBuffer`.
  package var resultArgument: KernelArgument {
    get throws(OpenCLError) { .buffer(try changedBuffer) }
  }

  /// The memory, to be read.
  package var deviceBuffer: DeviceBuffer {
    get throws(OpenCLError) { try deviceStorage.buffer() }
  }

  /// The memory, to be changed.
  package var changedBuffer: DeviceBuffer {
    get throws(OpenCLError) { try deviceStorage.changedBuffer() }
  }

  /// The storage; only arrays of this backend have it.
  var deviceStorage: OpenCLStorage {
    guard let storage = storage as? OpenCLStorage else {
      misuse("OpenCLBackend: the memory of an array of shape \(shape) belongs to another backend")
    }
    return storage
  }
}

extension OpenCLBackend {
  /// Promises memory of the size, which is taken from the pool by the first operation that needs
  /// it, or from the driver where the pool has none.
  ///
  /// - Throws: `OpenCLError` where no buffer of the device can be so large. That too much is in use
  ///   is found by the operation that needs the memory.
  public func allocate(byteCount: Int) throws -> Storage {
    try pool.check(byteCount)
    return OpenCLStorage(byteCount: byteCount, on: self)
  }

  /// A dense array for a step of an operation.
  package func temporary(_ shape: Shape, _ dtype: DType = .float32) throws -> StridedArray {
    StridedArray(
      try allocate(byteCount: shape.count * dtype.byteWidth), dtype, Layout(shape))
  }

  /// Copies the bytes to staging memory and queues their transfer.
  public func upload(_ bytes: UnsafeRawBufferPointer, to array: StridedArray) throws {
    let (target, offset) = (try array.changedBuffer, array.layout.offset * array.dtype.byteWidth)
    if let recording {
      try recording.upload(bytes, to: target, offset: offset)
    } else {
      try session.write(bytes, to: target, offset: offset)
    }
  }

  /// Queues a copy to the host behind all that is queued.
  public func startDownload(of array: StridedArray) throws -> any Download {
    OpenCLDownload(
      try session.beginRead(
        array.deviceBuffer, offset: array.layout.offset * array.dtype.byteWidth,
        byteCount: array.count * array.dtype.byteWidth))
  }

  /// Waits for everything queued so far, convolutions and products among it; a pointwise operation
  /// that is deferred and was not asked for stays deferred.
  ///
  /// - Throws: `OpenCLError` where a command has failed.
  public func synchronize() throws {
    try finishPendingProducer()
    try session.finish()
  }

  /// Bytes of device memory held, by living arrays and by the pool.
  public var memoryInUse: MemoryUse { pool.use }

  /// Measures the peaks anew, from what is held now.
  public func resetPeakMemory() { pool.resetPeaks() }

  /// How many buffers the driver was asked for so far; constant in a steady loop.
  package var deviceAllocationCount: Int { pool.allocationCount }

  /// How many kernels were queued so far.
  package var launchCount: Int { session.launchCount }
}

/// A read that is under way.
private final class OpenCLDownload: Download {
  private let read: PendingRead

  init(_ read: PendingRead) { self.read = read }

  func wait() throws -> [UInt8] { try read.wait() }
}
