import Backends
import OpenCL
import Synchronization

/// Storages whose producer waits, and those they stand in for.
extension OpenCLStorage {
  /// Leaves a producer to whoever needs its result first.
  ///
  /// - Returns: The storage that stands in for this one.
  func wait(for producer: Producer) -> OpenCLStorage {
    let standIn = OpenCLStorage(byteCount: byteCount, on: backend, from: memory)
    standIn.state.withLock { state in
      state.contents = .waiting(producer)
      state.owner = WeakStorage(storage: self)
    }
    state.withLock { $0.contents = .shared(standIn) }
    for operand in producer.operands { operand.deviceStorage.add(reader: standIn) }
    return standIn
  }

  /// The producer that this storage waits for.
  var producer: Producer? {
    state.withLock { state in
      if case .waiting(let producer) = state.contents { producer } else { nil }
    }
  }

  var isWaiting: Bool { producer != nil }

  /// Takes the producer away, to end it with the computation that is deferred to a reader; false where
  /// anybody else may ask for its own result.
  func takeProducer(for reader: OpenCLStorage) -> Bool {
    let (isTaken, readers) = state.withLock { state -> (Bool, [OpenCLStorage]) in
      guard case .waiting = state.contents, state.owner.storage == nil else { return (false, []) }
      let readers = state.readers.living
      guard readers.allSatisfy({ $0 === reader }) else { return (false, readers) }
      state.contents = .taken
      return (true, readers)
    }
    return withExtendedLifetime(readers) { isTaken }
  }

  /// Queues the producer: as it ends, where only one computation needs it.
  func finishProducer() throws(OpenCLError) {
    let readers = state.withLock { state in
      state.owner.storage == nil ? state.readers.living : []
    }
    if let reader = readers.first, readers.allSatisfy({ $0 === reader }), reader.deferred != nil {
      _ = try reader.buffer()
    }
    if isWaiting { _ = try buffer() }
  }

  /// Gives the memory away.
  func giveAway() throws(OpenCLError) -> DeviceBuffer {
    try finishReaders()
    return try state.withLock { (state) throws(OpenCLError) in
      let buffer = try buffer(&state)
      state.contents = .taken
      return buffer
    }
  }

  /// What stands in for this storage.
  var standIn: OpenCLStorage? {
    state.withLock { state in
      if case .shared(let storage) = state.contents { storage } else { nil }
    }
  }
}

extension StridedArray {
  /// The array for a computation that waits: without its own storage where that waits too, which then
  /// lives only as long as somebody else needs it.
  var whileWaiting: StridedArray {
    guard let standIn = deviceStorage.standIn, standIn.isWaiting else { return self }
    return StridedArray(standIn, dtype, layout)
  }
}
