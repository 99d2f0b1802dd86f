import Backends
import OpenCL

extension OpenCLBackend {
  /// Computes all that is still deferred: what has the same expression in one kernel.
  ///
  /// - Throws: `OpenCLError`, the first, after all were tried.
  func computeDeferred() throws(OpenCLError) {
    try finishPendingProducer()
    let storages = takeDeferred()
    // What was taken over may have no use of its own, and end with the computation that took it.
    try compute(storages.compactMap(\.storage).filter(\.isDeferredLast))
    try compute(storages.compactMap(\.storage))
  }

  /// What is deferred, or was, but for what other tasks record, or make while this one records.
  private func takeDeferred() -> [WeakStorage] {
    let source = memory
    var taken: [WeakStorage] = []
    for reference in deferredStorages.withLock({ $0.takeAll() }) {
      guard let storage = reference.storage else { continue }
      if storage.memory === source {
        taken.append(reference)
      } else {
        _ = deferredStorages.withLock { $0.add(storage) }
      }
    }
    return taken
  }

  private func compute(_ storages: [OpenCLStorage]) throws(OpenCLError) {
    var batches: [PointwiseSource: [(storage: OpenCLStorage, task: PointwiseTask)]] = [:]
    var order: [PointwiseSource] = []
    var failure: OpenCLError?
    for storage in storages {
      do throws(OpenCLError) {
        guard let task = try task(for: storage) else { continue }
        if batches[task.source] == nil { order.append(task.source) }
        batches[task.source, default: []].append((storage, task))
      } catch { failure = failure ?? error }
    }
    for source in order {
      do throws(OpenCLError) {
        try compute(batches[source]!, source.capacity(bytes: device.maxParameterBytes))
      } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  /// What has to be done for a storage; nil where nothing is deferred.
  private func task(for storage: OpenCLStorage) throws(OpenCLError) -> PointwiseTask? {
    guard let computation = storage.deferred else { return nil }
    if computation.readsProducer {
      _ = try storage.buffer()
      return nil
    }
    let layout = Layout(computation.shape)
    let fused: FusedPointwise
    do throws(OpenCLError) {
      fused = try FusedPointwise(computation, vectorAxis: layout.vectorAxis)
    } catch {
      storage.fail(error)
      throw error
    }
    return PointwiseTask(fused, layout, vectorWidth: pointwiseVectorWidth)
  }

  private func compute(
    _ tasks: [(storage: OpenCLStorage, task: PointwiseTask)], _ capacity: Int
  ) throws(OpenCLError) {
    for first in stride(from: 0, to: tasks.count, by: capacity) {
      let part = tasks[first..<min(first + capacity, tasks.count)]
      if part.count == 1 {
        _ = try part[first].storage.buffer()
        continue
      }
      let source = memory
      var memories: [DeviceBuffer] = []
      do throws(OpenCLError) {
        for (storage, _) in part { memories.append(try source.take(storage.byteCount)) }
        try launch(part.map(\.task), to: memories)
      } catch {
        memories.forEach(source.put)
        for (storage, _) in part { storage.fail(error) }
        throw error
      }
      for ((storage, _), memory) in zip(part, memories) { storage.settle(memory) }
    }
  }
}
