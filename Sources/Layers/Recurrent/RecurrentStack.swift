import Tensors

/// Layers of a recurrent network one on another, each in one direction or both.
struct RecurrentStack: Sendable {
  let cell: RecurrentCell
  let inputs: Int
  let units: Int
  let layers: Int
  let isBidirectional: Bool
  let dropout: Float
  let isBatchFirst: Bool
  /// By layer and direction.
  private let weights: [[RecurrentWeights]]
  private let name: StaticString

  private var directions: Int { isBidirectional ? 2 : 1 }

  init(
    _ name: StaticString, _ cell: RecurrentCell, _ inputs: Int, _ units: Int, layers: Int,
    bias: Bool, batchFirst: Bool, dropout: Float, bidirectional: Bool
  ) {
    guard inputs >= 0, units >= 1, layers >= 1, dropout >= 0, dropout < 1 else {
      misuse(
        "\(name): \(inputs) inputs, \(units) units, \(layers) layers and dropout \(dropout); there "
          + "must be units and layers, and the rate must be in [0, 1)")
    }
    self.name = name
    self.cell = cell
    self.inputs = inputs
    self.units = units
    self.layers = layers
    self.dropout = dropout
    isBidirectional = bidirectional
    isBatchFirst = batchFirst
    let directions = bidirectional ? 2 : 1
    weights = (0..<layers).map { layer in
      let width = layer == 0 ? inputs : directions * units
      return (0..<directions).map { _ in
        RecurrentWeights(cell, inputs: width, units: units, bias: bias)
      }
    }
  }

  /// By PyTorch's names, such as `weight_ih_l0` and `bias_hh_l1_reverse`.
  var parameters: [(name: String, parameter: Parameter)] {
    weights.enumerated().flatMap { layer, directions in
      directions.enumerated().flatMap { direction, weights in
        weights.named("_l\(layer)" + (direction == 1 ? "_reverse" : ""))
      }
    }
  }

  /// Runs through sequences.
  ///
  /// - Parameters:
  ///   - input: `[steps, batch, inputs]`, or `[batch, steps, inputs]` where the batch is first.
  ///   - initial: Each state `[layers · directions, batch, units]`; nil for zeros.
  ///   - lengths: int32 `[batch]`.
  /// - Returns: The output, laid out as the input, and each state after the last step.
  func callAsFunction(
    _ input: Tensor, initial: [Tensor]?, lengths: Tensor?
  ) -> (output: Tensor, final: [Tensor]) {
    check(input, initial, lengths)
    var sequence = isBatchFirst ? input.transposed(0, 1) : input
    let mask = lengths.map { StepMask(steps: sequence.shape[0], $0) }
    // Nothing of what lies beyond the lengths may reach a gradient, not even NaN times 0.
    if let mask { sequence = mask(sequence) }
    var finals: [Tensor] = []
    for (layer, directions) in weights.enumerated() {
      if layer > 0 { sequence = Dropout(dropout)(sequence) }
      let results = directions.enumerated().map { direction, weights in
        run(
          weights, sequence, isReversed: direction == 1,
          initial: initial.map { $0.map { $0[finals.count + direction] } }, lengths)
      }
      finals += results.map(\.final)
      let output =
        results.count == 1 ? results[0].output : concatenate(results.map(\.output), axis: -1)
      sequence = mask.map { $0(output) } ?? output
    }
    let final = (0..<cell.stateCount).map { state in stack(finals.map { $0[state] }) }
    let output = isBatchFirst ? sequence.transposed(0, 1) : sequence
    ShapeTrace.record(output.shape, at: .layer(weight: weights[0][0].inputWeight))
    return (output, final)
  }

  /// One direction of one layer: the output `[steps, batch, units]` and the last state
  /// `[states, batch, units]`.
  private func run(
    _ weights: RecurrentWeights, _ input: Tensor, isReversed: Bool, initial: [Tensor]?,
    _ lengths: Tensor?
  ) -> (output: Tensor, final: Tensor) {
    let steps = input.shape[0]
    let states = weights.states(
      input, initial: initial.map { stack($0) }, lengths: lengths, isReversed: isReversed)
    let first = isReversed ? 0 : 1
    let last = isReversed ? 0 : steps
    let shape: Shape = [cell.stateCount, input.shape[1], units]
    return (
      states[0].slice(first..<first + steps),
      states.slice(last..<last + 1, axis: 1).reshaped(shape)
    )
  }

  private func check(_ input: Tensor, _ initial: [Tensor]?, _ lengths: Tensor?) {
    guard input.rank == 3, input.shape[2] == inputs else {
      let axes = isBatchFirst ? "batch, steps" : "steps, batch"
      misuse("\(name): input \(input.shape) must be [\(axes), \(inputs)]")
    }
    let batch = input.shape[isBatchFirst ? 0 : 1]
    let shape: Shape = [layers * directions, batch, units]
    for state in initial ?? [] where state.shape != shape {
      misuse("\(name): a state \(state.shape) for input \(input.shape) must be \(shape)")
    }
    if let lengths, lengths.shape != [batch] || lengths.dtype != .int32 {
      misuse(
        "\(name): lengths \(lengths.dtype) \(lengths.shape) for input \(input.shape) must be int32 "
          + "[\(batch)]")
    }
  }
}

/// Which steps of which samples count.
private struct StepMask {
  /// `[steps, batch, 1]`: 1 where a step counts, otherwise 0.
  private let mask: Tensor

  init(steps: Int, _ lengths: Tensor) {
    let times = Tensor(
      (0..<Int32(steps)).map(\.self), shape: [steps, 1], device: lengths.device)
    mask = (times .< lengths.expanded(at: 0)).expanded(at: -1)
  }

  /// The sequence with zeros at steps that do not count.
  func callAsFunction(_ sequence: Tensor) -> Tensor {
    Tensor.where(mask, sequence, Tensor(0, device: sequence.device))
  }
}
