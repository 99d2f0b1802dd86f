import Backends
import Synchronization

/// A backend and the first failure on it that nobody has been told of yet.
///
/// Operations do not throw; a failed one leaves a result marked as failed, the device remembers
/// why, and whatever comes after it is not computed. The next read or `synchronize` throws the
/// reason, and the device works on; results marked as failed stay so.
package final class DeviceContext: Sendable {
  package let backend: any Backend
  private let failure = Mutex<(any Error)?>(nil)

  package init(_ backend: any Backend) { self.backend = backend }

  /// Computes a new array from inputs.
  func compute(
    _ shape: Shape, _ dtype: DType, from inputs: [StridedArray],
    _ body: (any Backend, StridedArray) throws -> Void
  ) -> StridedArray {
    WorkRecording.noteOperation(on: self)
    let layout = Layout(shape)
    if let error = pending(among: inputs) {
      return StridedArray(FailedStorage(error), dtype, layout)
    }
    do {
      let storage = try backend.allocate(byteCount: shape.count * dtype.byteWidth)
      let result = StridedArray(storage, dtype, layout)
      try body(backend, result)
      return result
    } catch {
      fail(error)
      return StridedArray(FailedStorage(error), dtype, layout)
    }
  }

  /// Changes arrays in place; leaves them as they are where something failed before.
  ///
  /// Returns whether it did.
  @discardableResult
  func change(_ arrays: [StridedArray], _ body: (any Backend) throws -> Void) -> Bool {
    WorkRecording.noteOperation(on: self)
    guard pending(among: arrays) == nil else { return false }
    do { try body(backend) } catch {
      fail(error)
      return false
    }
    return true
  }

  /// Runs a body that hands a result to the host, after throwing what is due.
  func read<Result>(_ array: StridedArray, _ body: (any Backend) throws -> Result) throws -> Result
  {
    WorkRecording.forbid("the step reads a tensor")
    try throwPending()
    if let failed = array.storage as? FailedStorage { throw failed.error }
    return try body(backend)
  }

  /// Waits for the device and throws what went wrong on it.
  func synchronize() throws {
    WorkRecording.forbid("the step waits for the device")
    try throwPending()
    try backend.synchronize()
  }

  private func fail(_ error: any Error) {
    WorkRecording.forbid("an operation of the step failed: \(error)")
    failure.withLock { if $0 == nil { $0 = error } }
  }

  private func pending(among inputs: [StridedArray]) -> (any Error)? {
    if let error = failure.withLock({ $0 }) {
      WorkRecording.forbid("an operation failed before: \(error)")
      return error
    }
    for input in inputs {
      guard let failed = input.storage as? FailedStorage else { continue }
      WorkRecording.forbid("an operation failed before: \(failed.error)")
      return failed.error
    }
    return nil
  }

  private func throwPending() throws {
    let error = failure.withLock { failure -> (any Error)? in
      defer { failure = nil }
      return failure
    }
    if let error { throw error }
  }
}

/// Stands in for the memory of a result that could not be computed.
private final class FailedStorage: Storage, @unchecked Sendable {
  let error: any Error

  init(_ error: any Error) {
    self.error = error
    super.init(byteCount: 0)
  }
}
