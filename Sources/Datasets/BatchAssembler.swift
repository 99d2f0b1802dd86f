import Glibc
import Synchronization
import Tensors

/// Assembles the batches of one pass on a thread of its own, some ahead of the consumer.
///
/// The thread ends after the last batch, or when the assembler goes away, which waits for it. The
/// consumer may change threads but must not ask from two at a time.
final class BatchAssembler {
  /// How many batches may lie ready: one for each hiccup of the consumer or of the thread.
  private static let depth = 3

  private let work: BatchWork
  private let thread: pthread_t
  private var consumed = 0

  init(_ dataset: Dataset, _ plan: BatchPlan, from firstBatch: Int) {
    let batches = firstBatch..<plan.batchCount
    work = BatchWork(dataset, plan, batches, depth: min(BatchAssembler.depth, batches.count))
    thread = startThread(work)
  }

  deinit {
    work.cancel()
    pthread_join(thread, nil)
  }

  /// Lets the body read the next batch, waiting for it where need be; nil behind the last.
  func withNext<Result>(
    _ body: (
      _ images: UnsafeBufferPointer<Float>, _ labels: UnsafeBufferPointer<Int32>, _ shape: Shape
    ) -> Result
  ) -> Result? {
    guard consumed < work.batches.count else { return nil }
    let buffer = work.buffers[consumed % work.buffers.count]
    consumed += 1
    work.filled.wait()
    defer { work.free.signal() }
    return buffer.read(body)
  }
}

/// What the thread of an assembler does, and what the two share.
private final class BatchWork: Sendable {
  let batches: Range<Int>
  /// Used in turns: both sides go through them in the same order.
  let buffers: [BatchBuffer]
  /// Counts the buffers that the thread may fill.
  let free: Semaphore
  /// Counts the buffers that the consumer may read.
  let filled = Semaphore(0)

  private let dataset: Dataset
  private let plan: BatchPlan
  private let cancelled = Atomic(false)

  init(_ dataset: Dataset, _ plan: BatchPlan, _ batches: Range<Int>, depth: Int) {
    self.dataset = dataset
    self.plan = plan
    self.batches = batches
    buffers = (0..<depth).map { _ in
      BatchBuffer(capacity: plan.largestBatch, imageShape: dataset.imageShape)
    }
    free = Semaphore(depth)
  }

  /// Assembles all batches, unless it is told to stop.
  func run() {
    let order = plan.order.indices(count: plan.sampleCount)
    let table = dataset.normalization.table
    for (number, batch) in batches.enumerated() {
      free.wait()
      if cancelled.load(ordering: .relaxed) { return }
      buffers[number % buffers.count].fill(
        with: order[plan.range(ofBatch: batch)], of: dataset, table: table)
      filled.signal()
    }
  }

  /// Tells the thread to stop before the next batch.
  func cancel() {
    cancelled.store(true, ordering: .relaxed)
    free.signal()
  }
}

private func startThread(_ work: BatchWork) -> pthread_t {
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(work)
  let status = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<BatchWork>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    }, argument.toOpaque())
  guard status == 0 else {
    fatalError("batches: no thread to assemble them: \(String(cString: strerror(status)))")
  }
  return thread
}
