import Layers
import Optimizers
import Tensors

/// A step with inputs of certain shapes: how far it is recorded.
final class StepVariant {
  private enum Stage {
    /// It has not run yet.
    case new
    /// It uses these cells, and may have been recorded earlier, to be compared.
    case known([TensorCell], earlier: RecordedWork?)
    case recorded(RecordedWork, [TensorCell], [UpdateRound])
    case impossible(String)
  }

  private let program: StepProgram
  private var stage = Stage.new
  private var places: InputPlaces?
  /// How often a recording could not be used.
  private var failures = 0

  /// After so many, the step is taken for one that cannot be recorded.
  private static let mostFailures = 3

  init(_ program: StepProgram) { self.program = program }

  var state: RecordedStep.State {
    switch stage {
    case .new, .known: .running
    case .recorded: .repeating
    case .impossible(let reason): .unrecorded(reason)
    }
  }

  /// Makes the step.
  func step(_ inputs: [Tensor]) -> [Tensor] {
    switch stage {
    case .impossible: return program.run(inputs)
    case .new: return observe(inputs)
    case .known(let cells, let earlier): return record(inputs, cells, earlier)
    case .recorded(let work, let cells, let rounds):
      if let results = repeated(work, rounds, inputs) { return results }
      // Its memory is needed for the next one.
      work.release()
      stage = .known(cells, earlier: work)
      return record(inputs, cells, work)
    }
  }

  private func observe(_ inputs: [Tensor]) -> [Tensor] {
    guard let optimizer = program.optimizer as? FusedOptimizer else {
      stage = .impossible("\(type(of: program.optimizer)) changes parameters in its own way")
      return program.run(inputs)
    }
    let used = UsedCells()
    let results = used.note { program.run(inputs) }
    stage = .known(used.cells + optimizer.stateCells, earlier: nil)
    return results
  }

  private func record(
    _ inputs: [Tensor], _ cells: [TensorCell], _ earlier: RecordedWork?
  ) -> [Tensor] {
    guard let optimizer = program.optimizer as? FusedOptimizer else { return program.run(inputs) }
    let work: RecordedWork
    do {
      guard let new = try RecordedWork(places(for: inputs), cells: cells) else {
        stage = .impossible("the device computes at once and records nothing")
        return program.run(inputs)
      }
      work = new
    } catch {
      // What could not be computed says so to whoever reads it.
      fail("\(error)", cells)
      return program.run(inputs)
    }
    let used = UsedCells()
    let results = used.note { work.record { program.run($0) } }
    let present = used.cells + optimizer.stateCells
    if Set(present.map(\.identity)) != Set(cells.map(\.identity)) {
      work.forbid("the step uses other parameters or buffers each time")
    }
    if let reason = work.obstacle ?? earlier.flatMap(work.difference) {
      fail(reason, present)
    } else if earlier == nil {
      work.release()
      stage = .known(cells, earlier: work)
    } else {
      accept(work, cells, optimizer.lastRounds)
    }
    return results
  }

  private func accept(_ work: RecordedWork, _ cells: [TensorCell], _ rounds: [UpdateRound]) {
    do { try work.prepare() } catch { return fail("\(error)", cells) }
    failures = 0
    stage = .recorded(work, cells, rounds)
  }

  private func places(for inputs: [Tensor]) -> InputPlaces {
    if let places {
      places.copy(inputs)
      return places
    }
    let places = InputPlaces(like: inputs, on: program.device(for: inputs))
    self.places = places
    return places
  }

  private func fail(_ reason: String, _ cells: [TensorCell]) {
    failures += 1
    stage = failures < Self.mostFailures ? .known(cells, earlier: nil) : .impossible(reason)
    if case .impossible = stage { places = nil }
  }

  private func repeated(
    _ work: RecordedWork, _ rounds: [UpdateRound], _ inputs: [Tensor]
  ) -> [Tensor]? {
    guard let optimizer = program.optimizer as? FusedOptimizer else { return nil }
    var results: [Tensor]?
    let isDone = optimizer.update(repeating: rounds) { rules in
      results = work.repeated(inputs, rules)
      return results != nil
    }
    return isDone ? results : nil
  }
}
