/// A backend that can note what it is called for, and do it again without being called for it.
package protocol RecordingBackend: Backend {
  /// Starts a recording of work that is to be repeated.
  ///
  /// What waits to be computed is computed first.
  ///
  /// - Parameters:
  ///   - position: Where the random stream is.
  ///   - cells: The memory of what the program changes from one time to the next, which has to be
  ///     the same each time; nothing else may be changed but what is made meanwhile.
  func makeRecording(from position: RandomPosition, cells: [Storage]) throws -> any BackendRecording
}

/// Work that a backend has noted: operations with all of their numbers, but for those that may differ
/// each time, which are the rules of optimizers and the place in the random stream.
package protocol BackendRecording: AnyObject, Sendable {
  /// Runs the body; what it calls for in this task is carried out as usual and noted.
  func note<Result>(_ body: () throws -> Result) rethrows -> Result

  /// Says why what was noted cannot be repeated; the first reason counts.
  func forbid(_ reason: String)

  /// Why what was noted cannot be repeated.
  var obstacle: String? { get }

  /// Notes no more, after computing what waits; outputs keep their memory.
  func end(keeping outputs: [StridedArray]) throws

  /// Whether the cell of this number has been changed.
  func hasChanged(cell: Int) -> Bool

  /// What differs from an earlier recording of the same work, but for what may; nil where nothing does.
  func difference(from earlier: any BackendRecording) -> String?

  /// Gives up everything but what is needed to be compared.
  func release()

  /// Takes the memory that repetitions need besides that of the outputs.
  ///
  /// - Throws: Why there is none.
  func prepare() throws

  /// Does all of it again, with the rules of this time in the order of their updates, and with random
  /// numbers from another position.
  func replay(_ rules: [UpdateRule], from position: RandomPosition) throws
}
