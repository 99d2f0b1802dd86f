import Backends

/// All states of a recurrent network, run through a sequence in one direction; see `RecurrentCell`
/// for what each step computes.
///
/// - Parameters:
///   - cell: What each step computes.
///   - isReversed: Whether from the last step to the first.
///   - projections: `[steps, batch, gates · units]`, what the input contributes to each gate.
///   - weight: `[gates · units, units]`, which acts on the state before each step.
///   - bias: `[gates · units]`, beside the weight.
///   - initial: `[states, batch, units]`; an LSTM has two states, h and c.
///   - lengths: int32 `[batch]`; a sample keeps its state at steps from its length on.
/// - Returns: `[states, steps + 1, batch, units]`, the initial state and that after each step,
///   ordered by time: reversed, the initial state is the last.
package func recurrentSequence(
  _ cell: RecurrentCell, isReversed: Bool, _ projections: Tensor, weight: Tensor, bias: Tensor?,
  initial: Tensor, lengths: Tensor? = nil
) -> Tensor {
  let recurrence = Recurrence(cell, isReversed: isReversed)
  let sequence = RecurrentSequence(recurrence, projections, weight, bias, initial, lengths)
  let (states, saved) = sequence.run(projections.dense)
  let operands = [projections, weight, initial] + (bias.map { [$0] } ?? [])
  return .result(states, of: operands) { gradient, states in
    sequence.gradients(gradient.dense, states: states, saved: saved)
  }
}

/// The operands of a sequence, dense, but for the projections, which the way back does not need.
private struct RecurrentSequence: Sendable {
  static let name: StaticString = "recurrentSequence"

  let recurrence: Recurrence
  let steps: Int
  let weight, initial: Tensor
  let bias, lengths: Tensor?

  private var batch: Int { initial.shape[1] }
  private var units: Int { initial.shape[2] }
  private var cell: RecurrentCell { recurrence.cell }

  init(
    _ recurrence: Recurrence, _ projections: Tensor, _ weight: Tensor, _ bias: Tensor?,
    _ initial: Tensor, _ lengths: Tensor?
  ) {
    for operand in [projections, weight, initial] + (bias.map { [$0] } ?? []) {
      operand.require(.float32, Self.name)
    }
    lengths?.require(.int32, Self.name)
    guard projections.rank == 3, initial.rank == 3 else {
      misuse(
        "\(Self.name): projections \(projections.shape) and initial state \(initial.shape) must "
          + "be [steps, batch, gates · units] and [states, batch, units]")
    }
    self.recurrence = recurrence
    steps = projections.shape[0]
    self.weight = weight.dense
    self.initial = initial.dense
    self.bias = bias?.dense
    self.lengths = lengths?.dense
    RecurrentExtents(states: statesShape).check(
      cell, projections: projections.shape, weight: weight.shape, initial: initial.shape,
      saved: savedShape, bias: bias?.shape, lengths: lengths?.shape)
  }

  private var projectionsShape: Shape { [steps, batch, cell.gateCount * units] }
  private var statesShape: Shape { [cell.stateCount, steps + 1, batch, units] }
  private var savedShape: Shape { [steps, batch, cell.savedCount, units] }

  /// The states, and what the way back needs besides.
  func run(_ projections: Tensor) -> (states: StridedArray, saved: Tensor) {
    let operands = [projections, weight, initial] + [bias, lengths].compactMap(\.self)
    let saved = memory(savedShape)
    let states = Tensor.compute(Self.name, statesShape, from: operands + [saved]) {
      backend, result in
      try backend.recurrentSequence(
        recurrence, projections.array, weight: weight.array, bias: bias?.array,
        initial: initial.array, lengths: lengths?.array, to: result, saved: saved.array)
    }
    return (states, saved)
  }

  /// The gradients by projections, weight, initial state and bias.
  func gradients(_ gradient: Tensor, states: Tensor, saved: Tensor) -> [Tensor?] {
    // Those by the products are others only where the reset gate lies between.
    let projections = memory(projectionsShape)
    let products = cell == .gru ? memory(projectionsShape) : projections
    let operands = [gradient, states, saved, projections, products, weight]
    let initial = Tensor.compute(Self.name, self.initial.shape, from: operands) {
      backend, result in
      try backend.recurrentSequenceGradient(
        recurrence, gradient.array, weight: weight.array, states: states.array,
        saved: saved.array, lengths: lengths?.array, projections: projections.array,
        products: cell == .gru ? products.array : nil, initial: result)
    }
    let results = [projections.array, products.array, initial].map { array in
      Tensor.result(
        array, of: [gradient, states],
        withoutGradient: "the second derivative of \(Self.name)")
    }
    let byWeight = weightGradient(results[1], states, saved)
    return [results[0], byWeight, results[2]] + (bias == nil ? [] : [results[1].sum(0, 1)])
  }

  /// The gradient by the weight: one product over all steps with the states they started from.
  private func weightGradient(_ products: Tensor, _ states: Tensor, _ saved: Tensor) -> Tensor {
    let start = recurrence.previousSlot(0)
    let previous = states[0].slice(start..<start + steps)
    guard cell == .gruResetBefore else { return product(products, previous) }
    // The candidate's weight acts on r∘h, the last of what is saved.
    let candidate = 2 * units..<3 * units
    let reset = saved.slice(3..<4, axis: 2).reshaped([steps, batch, units])
    return concatenate([
      product(products.slice(0..<candidate.lowerBound, axis: 2), previous),
      product(products.slice(candidate, axis: 2), reset),
    ])
  }

  private func product(_ gradient: Tensor, _ states: Tensor) -> Tensor {
    let rows = steps * batch
    return matmul(
      gradient.reshaped([rows, gradient.shape[2]]).transposed(), states.reshaped([rows, units]))
  }

  /// Memory for one more result of an operation that has several.
  private func memory(_ shape: Shape) -> Tensor {
    Tensor(
      Tensor.compute(Self.name, shape, from: [initial]) { _, _ in }, on: initial.device)
  }
}
