import Backends

/// What a device was given to do in a step, to be done again with other inputs.
///
/// The step reads and writes the same memory each time: its inputs are copied to places of their own,
/// its results from theirs, and the cells, which hold what lasts from step to step, keep their memory.
package final class RecordedWork {
  /// A cell with the memory it had.
  private struct BoundCell {
    let cell: TensorCell
    weak var storage: Storage?
    var isChanged = false

    init(_ cell: TensorCell) {
      self.cell = cell
      cell.access { storage = $0.array.storage }
    }
  }

  private let context: DeviceContext
  private let notes: any BackendRecording
  private let places: InputPlaces
  private var cells: [BoundCell]
  private var outputs: [Tensor] = []
  /// How many blocks of the random stream it uses.
  private var blocks: UInt64 = 0

  /// Prepares a recording; nil where the device cannot record.
  ///
  /// - Throws: What went wrong on the device.
  package init?(_ places: InputPlaces, cells: [TensorCell]) throws {
    context = places.device.context
    guard let backend = context.backend as? any RecordingBackend else { return nil }
    // Whoever holds the present numbers keeps them; the step's memory is nobody else's.
    for cell in cells { cell.access { $0.makeUnique() } }
    notes = try backend.makeRecording(
      from: Random.current.position, cells: cells.map(\.tensor.array.storage))
    self.places = places
    self.cells = cells.map(BoundCell.init)
  }

  /// Whether this task is recording.
  package static var isUnderWay: Bool { WorkRecording.current != nil }

  /// Why the work cannot be repeated, once it has been recorded.
  package var obstacle: String? { notes.obstacle }

  /// Says why the work cannot be repeated.
  package func forbid(_ reason: String) { notes.forbid(reason) }

  /// What differs from an earlier recording of the same work; nil where nothing does.
  package func difference(from earlier: RecordedWork) -> String? {
    if blocks != earlier.blocks {
      return "the step draws another count of random numbers each time"
    }
    return notes.difference(from: earlier.notes)
  }

  /// Gets ready to be repeated.
  ///
  /// - Throws: What is missing.
  package func prepare() throws { try notes.prepare() }

  /// Gives up the memory, and all that is not needed to be compared.
  package func release() {
    outputs = []
    notes.release()
  }

  /// Runs the step and records it.
  ///
  /// - Parameter step: From the inputs to the results.
  package func record(_ step: (_ inputs: [Tensor]) -> [Tensor]) -> [Tensor] {
    let start = Random.current.block
    let originals = cells.map { $0.cell.change == .byReplacement ? $0.cell.tensor : nil }
    let inputs = places.tensors
    outputs = WorkRecording.$current.withValue(WorkRecording(context, notes)) {
      notes.note {
        let results = step(inputs).map { $0.stopGradient().dense }
        for (bound, original) in zip(cells, originals) { settle(bound, original) }
        return results
      }
    }
    blocks = Random.current.block &- start
    let isEnded = context.change(outputs.map(\.array)) { _ in
      try notes.end(keeping: outputs.map(\.array))
    }
    if !isEnded { notes.forbid("an operation of the step failed") }
    for index in cells.indices { cells[index].isChanged = notes.hasChanged(cell: index) }
    return handOut()
  }

  /// Brings what a step has replaced back to the memory it is to be in.
  private func settle(_ bound: BoundCell, _ original: Tensor?) {
    guard bound.cell.tensor.array.storage !== bound.storage else { return }
    guard let original else {
      notes.forbid("the step replaces a parameter or the state of an optimizer")
      return
    }
    let new = bound.cell.tensor.dense
    context.change([original.array, new.array]) { try $0.copy(new.array, to: original.array) }
    bound.cell.access { $0 = original }
  }

  /// The results of the last time, in memory of their own.
  private func handOut() -> [Tensor] { outputs.map(\.copied) }

  /// Does the work again, with other inputs and the rules of this step.
  ///
  /// Returns nil, with nothing done, where a cell has other memory by now or shares it with a tensor
  /// that is held elsewhere, or where something has failed on the device.
  package func repeated(_ inputs: [Tensor], _ rules: [UpdateRule]) -> [Tensor]? {
    guard isUnchanged else { return nil }
    let isDone = context.change(inputs.map(\.array)) { backend in
      try places.copy(inputs, on: backend)
      for output in outputs { try output.array.storage.prepareForChange() }
      try notes.replay(rules, from: Random.current.reserve(blocks: blocks))
    }
    return isDone ? handOut() : nil
  }

  private var isUnchanged: Bool {
    cells.allSatisfy { bound in
      var isUnchanged = false
      bound.cell.access { tensor in
        guard bound.storage.map(ObjectIdentifier.init) == ObjectIdentifier(tensor.array.storage)
        else { return }
        isUnchanged = !bound.isChanged || tensor.isReadyForChange()
      }
      return isUnchanged
    }
  }
}
