import Tensors

/// The weights of one direction of one layer of a recurrent network.
struct RecurrentWeights: Sendable {
  let cell: RecurrentCell
  let inputs: Int
  let units: Int
  /// `[gates · units, inputs]`, with the bias `[gates · units]`.
  let inputWeight: Parameter
  let inputBias: Parameter?
  /// `[gates · units, units]`, with the bias `[gates · units]`.
  let stateWeight: Parameter
  let stateBias: Parameter?

  /// Weights drawn evenly between ±1 / √units, as in PyTorch.
  init(_ cell: RecurrentCell, inputs: Int, units: Int, bias: Bool) {
    self.cell = cell
    self.inputs = inputs
    self.units = units
    let width = cell.gateCount * units
    let stateShape: Shape = [width, units]
    let fans = Fans(weight: stateShape)
    func parameter(_ shape: Shape) -> Parameter { Parameter(Initializer.fanInUniform(shape, fans)) }
    inputWeight = parameter([width, inputs])
    stateWeight = parameter(stateShape)
    inputBias = bias ? parameter([width]) : nil
    stateBias = bias ? parameter([width]) : nil
  }

  /// The parameters by PyTorch's names, which end in the suffix.
  func named(_ suffix: String) -> [(name: String, parameter: Parameter)] {
    [
      ("weight_ih", inputWeight), ("weight_hh", stateWeight), ("bias_ih", inputBias),
      ("bias_hh", stateBias),
    ].compactMap { name, parameter in parameter.map { (name: name + suffix, parameter: $0) } }
  }

  /// All states of a sequence, `[states, steps + 1, batch, units]`; see `recurrentSequence`.
  ///
  /// - Parameters:
  ///   - input: `[steps, batch, inputs]`.
  ///   - initial: `[states, batch, units]`; nil for zeros.
  func states(
    _ input: Tensor, initial: Tensor?, lengths: Tensor? = nil, isReversed: Bool = false
  ) -> Tensor {
    // The products with the input of all steps at once.
    var projections = matmul(input, inputWeight.value.transposed())
    if let inputBias { projections = projections + inputBias.value }
    let zeros = { Tensor.zeros([cell.stateCount, input.shape[1], units], device: input.device) }
    return recurrentSequence(
      cell, isReversed: isReversed, projections, weight: stateWeight.value,
      bias: stateBias?.value, initial: initial ?? zeros(), lengths: lengths)
  }

  /// One step, from input `[batch, inputs]` and states `[batch, units]`, nil for zeros, to states.
  func step(_ input: Tensor, _ states: [Tensor]?, _ name: StaticString) -> [Tensor] {
    guard input.rank == 2, input.shape[1] == inputs else {
      misuse("\(name): input \(input.shape) must be [batch, \(inputs)]")
    }
    let shape: Shape = [input.shape[0], units]
    for state in states ?? [] where state.shape != shape {
      misuse("\(name): a state \(state.shape) for input \(input.shape) must be \(shape)")
    }
    let all = self.states(input.expanded(at: 0), initial: states.map { stack($0) })
    return (0..<cell.stateCount).map { all[$0][1] }
  }
}
