import Backends
import OpenCL
import Synchronization

/// A convolution or a product that was called for, and waits for what is to be done with its result.
///
/// A pointwise operation that reads nothing but its result and, element by element, by rows or by
/// columns, other arrays can be done by the same kernel before it stores a sum: it becomes the
/// `Epilogue` of the producer. The sums themselves are then nowhere, so nobody else may need them.
/// That is seen by a storage that stands in for the result's own: who computes with the result holds
/// the stand-in; the result's own storage lives as long as somebody could still ask for it.
struct Producer: Sendable {
  /// The arrays it reads, all in memory.
  let operands: [StridedArray]
  let shape: Shape
  /// Whether one number for each place along the last axis can be read by the kernel.
  let hasColumns: Bool
  /// For profiles.
  private let purpose: (any Sendable)?
  /// The algorithm and whatever else was chosen when it was called.
  private let body: @Sendable (OpenCLBackend, Epilogue?, _ result: StridedArray) throws -> Void

  init(
    _ operands: [StridedArray], shape: Shape, hasColumns: Bool,
    _ body: @escaping @Sendable (OpenCLBackend, Epilogue?, _ result: StridedArray) throws -> Void
  ) {
    self.operands = operands
    self.shape = shape
    self.hasColumns = hasColumns
    purpose = LaunchPurpose.current
    self.body = body
  }

  /// Queues it.
  func compute(
    on backend: OpenCLBackend, ending epilogue: Epilogue?, to result: StridedArray
  ) throws {
    try LaunchPurpose.$current.withValue(purpose) { try body(backend, epilogue, result) }
  }
}

/// What waits for a producer, or did.
final class PendingProducer: Sendable {
  let storage = Mutex(WeakStorage())
}

extension OpenCLBackend {
  /// Leaves a producer to whoever needs its result first, where that is memory not used before;
  /// otherwise queues it.
  ///
  /// At most one waits at a time, so that no more than its operands are kept longer than needed.
  func produce(_ producer: Producer, to result: StridedArray) throws {
    settlePendingProducer()
    for operand in producer.operands { _ = try operand.deviceBuffer }
    guard result.canBeDeferred else {
      return try producer.compute(on: self, ending: nil, to: result)
    }
    let waiting = result.deviceStorage.wait(for: producer)
    pending.storage.withLock { $0 = WeakStorage(storage: waiting) }
  }

  /// Queues the producer that still waits, with the end that was called for.
  ///
  /// A recording has a producer of its own, which nobody else queues.
  ///
  /// - Throws: `OpenCLError` where that fails, which is also told to whoever reads the result.
  func finishPendingProducer() throws(OpenCLError) {
    let waiting = pending.storage.withLock { storage in
      defer { storage = WeakStorage() }
      return storage.storage
    }
    try waiting?.finishProducer()
  }

  /// Queues the producer that still waits, ahead of another operation.
  func settlePendingProducer() {
    // That operation may have nothing to do with it; whoever reads the result is told of a failure.
    do { try finishPendingProducer() } catch {}
  }

  private var pending: PendingProducer { recording?.pendingProducer ?? pendingProducer }

  /// Queues a producer and returns the memory it writes to, which comes from a source.
  func compute(
    _ producer: Producer, ending epilogue: Epilogue?, in source: any BufferSource
  ) throws(OpenCLError) -> DeviceBuffer {
    let storage = OpenCLStorage(
      byteCount: producer.shape.count * DType.float32.byteWidth, on: self, from: source)
    let result = StridedArray(storage, .float32, Layout(producer.shape))
    do {
      try producer.compute(on: self, ending: epilogue, to: result)
    } catch let error as OpenCLError {
      throw error
    } catch { misuse("OpenCLBackend: \(error)") }
    return try storage.giveAway()
  }

  /// Queues a producer whose result nobody reads, as it was called for.
  func computeUnread(_ producer: Producer, in source: any BufferSource) {
    // Nobody is left to be told of a failure.
    if let memory = try? compute(producer, ending: nil, in: source) { source.put(memory) }
  }

  /// Queues a waiting producer that ends with an expression, where the expression is the only one that
  /// needs its result.
  ///
  /// - Parameter storage: What the expression is deferred to.
  /// - Returns: The memory of the expression's result; nil where the expression does not end a producer.
  func computeEndingProducer(
    _ fused: FusedPointwise, for storage: OpenCLStorage
  ) throws(OpenCLError) -> DeviceBuffer? {
    for (number, input) in fused.inputs.enumerated() {
      guard input.deviceStorage.memory === storage.memory,
        let producer = input.deviceStorage.producer,
        let epilogue = Epilogue(fused, of: producer, sum: number),
        input.deviceStorage.takeProducer(for: storage)
      else { continue }
      return try compute(producer, ending: epilogue, in: storage.memory)
    }
    return nil
  }
}
