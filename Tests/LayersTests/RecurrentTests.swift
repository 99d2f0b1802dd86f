import Layers
import Tensors
import TestSupport
import Testing

/// Recurrent networks against their formulas, and what does not change their results.
@Suite struct RecurrentTests {
  private static let (inputs, units, batch) = (3, 4, 2)

  /// The part of a parameter that belongs to a gate.
  private func gate(_ number: Int, _ name: String, of layer: any Layer) throws -> Tensor {
    let parameter = try #require(layer.namedParameters.first { $0.name == name }).parameter
    return parameter.value.slice(number * Self.units..<(number + 1) * Self.units)
  }

  /// W·[h, x] + b of a gate, with W and b put together from a cell's parameters.
  private func affine(_ number: Int, of cell: any Layer, _ h: Tensor, _ x: Tensor) throws -> Tensor
  {
    let weight = concatenate(
      [try gate(number, "weight_hh", of: cell), try gate(number, "weight_ih", of: cell)], axis: 1)
    let bias = try gate(number, "bias_hh", of: cell) + gate(number, "bias_ih", of: cell)
    return matmul(concatenate([h, x], axis: 1), weight.transposed()) + bias
  }

  /// f, i, o = σ(W·[h, x] + b), C̃ = tanh(W·[h, x] + b), C = f∘C + i∘C̃, h = o∘tanh C.
  @Test(arguments: devices)
  func `an LSTM computes what a course writes`(_ device: Device) throws {
    try on(device) { () throws in
      let cell = LSTMCell(Self.inputs, Self.units)
      let shape: Shape = [Self.batch, Self.units]
      let (x, h, c) = (
        Tensor.normal([Self.batch, Self.inputs]), Tensor.normal(shape), Tensor.normal(shape)
      )
      let i = try affine(0, of: cell, h, x).sigmoid()
      let f = try affine(1, of: cell, h, x).sigmoid()
      let candidate = try affine(2, of: cell, h, x).tanh()
      let o = try affine(3, of: cell, h, x).sigmoid()
      let expected = f * c + i * candidate
      let state = cell(x, state: LSTMState(hidden: h, cell: c))
      expectClose(try state.cell.scalars(), try expected.scalars())
      expectClose(try state.hidden.scalars(), try (o * expected.tanh()).scalars())
    }
  }

  /// z, r = σ(W·[h, x]), h̃ = tanh(W·[r∘h, x]), h = (1 − z)∘h + z∘h̃, where z is this library's
  /// with its weights negated.
  @Test(arguments: devices)
  func `a GRU that resets before computes what a course writes`(_ device: Device) throws {
    try on(device) { () throws in
      let cell = GRUCell(Self.inputs, Self.units, resetAfter: false)
      let (x, h) = (
        Tensor.normal([Self.batch, Self.inputs]), Tensor.normal([Self.batch, Self.units])
      )
      let r = try affine(0, of: cell, h, x).sigmoid()
      let z = try (-affine(1, of: cell, h, x)).sigmoid()
      let candidate = try affine(2, of: cell, r * h, x).tanh()
      let expected = (1 - z) * h + z * candidate
      expectClose(try cell(x, state: h).scalars(), try expected.scalars())
    }
  }

  /// The same with n = tanh(W·x + b + r∘(W·h + b)).
  @Test(arguments: devices)
  func `a GRU that resets after computes its formula`(_ device: Device) throws {
    try on(device) { () throws in
      let cell = GRUCell(Self.inputs, Self.units)
      let (x, h) = (
        Tensor.normal([Self.batch, Self.inputs]), Tensor.normal([Self.batch, Self.units])
      )
      let r = try affine(0, of: cell, h, x).sigmoid()
      let z = try affine(1, of: cell, h, x).sigmoid()
      let input =
        try matmul(x, gate(2, "weight_ih", of: cell).transposed())
        + gate(2, "bias_ih", of: cell)
      let product =
        try matmul(h, gate(2, "weight_hh", of: cell).transposed())
        + gate(2, "bias_hh", of: cell)
      let expected = (1 - z) * (input + r * product).tanh() + z * h
      expectClose(try cell(x, state: h).scalars(), try expected.scalars())
    }
  }

  @Test(arguments: devices)
  func `a sequence is its steps one after the other`(_ device: Device) throws {
    try on(device) { () throws in
      let network = LSTM(Self.inputs, Self.units)
      let cell = LSTMCell(Self.inputs, Self.units)
      try cell.loadWeights(
        Dictionary(
          uniqueKeysWithValues: network.weights.map { (String($0.name.dropLast(3)), $0.tensor) }))
      let x = Tensor.normal([5, Self.batch, Self.inputs])
      let (output, final) = network(x, state: nil)
      var state: LSTMState?
      for step in 0..<5 {
        state = cell(x[step], state: state)
        expectClose(try output[step].scalars(), try #require(state).hidden.scalars())
      }
      expectClose(try final.cell[0].scalars(), try #require(state).cell.scalars())
      expectClose(try network(x).scalars(), try output.scalars())
    }
  }

  @Test(arguments: devices)
  func `a sequence in parts that carry the state is the whole sequence`(_ device: Device) throws {
    try on(device) { () throws in
      let network = GRU(Self.inputs, Self.units, layers: 2)
      let x = Tensor.normal([6, Self.batch, Self.inputs])
      let (whole, last) = network(x, state: nil)
      let (_, first) = network(x.slice(0..<4), state: nil)
      let (part, state) = network(x.slice(4..<6), state: first.stopGradient())
      expectClose(try part.scalars(), try whole.slice(4..<6).scalars())
      expectClose(try state.scalars(), try last.scalars())
    }
  }

  @Test(arguments: devices)
  func `truncated backpropagation stops at the state it starts from`(_ device: Device) throws {
    try on(device) { () throws in
      let network = LSTM(Self.inputs, Self.units)
      let x = Tensor.normal([6, Self.batch, Self.inputs])
      let bias = try #require(network.ownParameters.last).parameter
      let start = network(x.slice(0..<3), state: nil).state
      let (_, constant) = valueAndGradient(of: network) {
        network(x.slice(3..<6), state: start).output.sum()
      }
      func carried(_ change: (LSTMState) -> LSTMState) throws -> [Float] {
        let (_, gradients) = valueAndGradient(of: network) {
          let state = network(x.slice(0..<3), state: nil).state
          return network(x.slice(3..<6), state: change(state)).output.sum()
        }
        return try #require(gradients[bias]).scalars()
      }
      let expected = try #require(constant[bias]).scalars()
      expectClose(try carried { $0.stopGradient() }, expected)
      let through = try carried { $0 }
      #expect(zip(through, expected).contains { ($0 - $1).magnitude > 1e-3 })
    }
  }

  @Test(arguments: devices)
  func `padding changes neither outputs nor gradients`(_ device: Device) throws {
    try on(device) { () throws in
      let network = GRU(Self.inputs, Self.units, layers: 2, bidirectional: true)
      let x = Tensor.normal([5, Self.batch, Self.inputs])
      let lengths = Tensor([2, 5] as [Int32])
      let later = Tensor((0..<5).map { $0 < 2 ? 0 : 1 }, shape: [5, 1, 1])
      let first = Tensor([1, 0], shape: [1, 2, 1])
      func results(padding: Float) throws -> [[Float]] {
        let padded = Tensor.where(later * first, Tensor(padding), x)
        let (output, state) = network(padded, state: nil, lengths: lengths)
        let (_, gradients) = valueAndGradient(of: network) {
          let (output, state) = network(padded, state: nil, lengths: lengths)
          return (output * output).sum() + (state * state).sum()
        }
        return try [output.scalars(), state.scalars()]
          + network.ownParameters.map { try #require(gradients[$0.parameter]).scalars() }
      }
      let expected = try results(padding: 0)
      #expect(try results(padding: 1000) == expected)
      #expect(try results(padding: .nan) == expected)
      let (output, _) = network(x, state: nil, lengths: lengths)
      #expect(try output.slice(2..<5).slice(0..<1, axis: 1).scalars().allSatisfy { $0 == 0 })
      // A sample alone, without what pads it.
      let alone = network(x.slice(0..<2).slice(0..<1, axis: 1))
      expectClose(
        try output.slice(0..<2).slice(0..<1, axis: 1).scalars(), try alone.scalars())
    }
  }

  @Test(arguments: devices)
  func `dropout acts between layers, in training only`(_ device: Device) throws {
    try on(device) { () throws in
      let network = RNN(Self.inputs, Self.units, layers: 2, dropout: 0.5)
      let x = Tensor.normal([4, Self.batch, Self.inputs])
      let calm = try network(x).scalars()
      #expect(try network(x).scalars() == calm)
      let (first, _) = valueAndGradient(of: network) { network(x).sum() }
      let (second, _) = valueAndGradient(of: network) { network(x).sum() }
      #expect(try first.item() != second.item())
      let single = RNN(Self.inputs, Self.units, dropout: 0.5)
      let (one, _) = valueAndGradient(of: single) { single(x).sum() }
      let (same, _) = valueAndGradient(of: single) { single(x).sum() }
      #expect(try one.item() == same.item())
    }
  }

  @Test func `parameters have PyTorch's names, shapes and bounds`() throws {
    try on(.cpu) { () throws in
      let network = LSTM(3, 4, layers: 2, bidirectional: true)
      #expect(
        network.namedParameters.map(\.name) == [
          "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
          "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1",
          "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse",
          "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse",
        ])
      #expect(
        network.namedParameters.prefix(4).map(\.parameter.shape) == [
          [16, 3], [16, 4], [16], [16],
        ])
      #expect(network.namedParameters[8].parameter.shape == [16, 8])
      for (_, parameter) in network.namedParameters {
        #expect(try parameter.value.scalars().allSatisfy { $0.magnitude <= 0.5 })
      }
      let model = Sequential { GRU(3, 4, bias: false) }
      #expect(model.namedParameters.map(\.name) == ["0.weight_ih_l0", "0.weight_hh_l0"])
      #expect(
        RNNCell(3, 4).namedParameters.map(\.name)
          == ["weight_ih", "weight_hh", "bias_ih", "bias_hh"])
    }
  }

  @Test func `shapes follow the documentation`() {
    on(.cpu) {
      let network = LSTM(10, 20, layers: 2, batchFirst: true, bidirectional: true)
      let (output, state) = network(.zeros([3, 5, 10]), state: nil)
      #expect(output.shape == [3, 5, 40])
      #expect(state.hidden.shape == [4, 3, 20])
      #expect(state.cell.shape == [4, 3, 20])
      #expect(network.summary(input: [5, 10]).rows.map(\.outputShape) == [[1, 5, 40]])
    }
  }
}
