import Needletail
import TestSupport
import Testing

/// PyTorch's recurrent networks, their outputs, final states and gradients, on every device.
@Suite struct GoldenRecurrentTests {
  private static let file = GoldenFamily.open("recurrent")
  private static let cases = file.metadata.sorted { $0.key < $1.key }.map { name, entry in
    RecurrentGolden(name, entry)
  }

  @Test(arguments: devices, cases)
  func recurrentNetworksAgreeWithPyTorch(_ device: Device, _ golden: RecurrentGolden) throws {
    try withDevice(device, seed: 1) { () throws in
      let prefix = "\(golden.name)/"
      var tensors: [String: Tensor] = [:]
      for name in Self.file.names where name.hasPrefix(prefix) {
        tensors[String(name.dropFirst(prefix.count))] = try Self.file.tensor(name)
      }
      let model = golden.model(tensors)
      try model.network.loadWeights(
        tensors.filter {
          $0.key.hasPrefix("weight_") || $0.key.hasPrefix("bias_")
        })

      let results = model.results(lengths: tensors["lengths"])
      #expect(Set(results.keys) == Set(tensors.keys.filter(isResult)))
      for (name, result) in results {
        try expectClose(result, try #require(tensors[name]), "\(name)")
      }
      let (_, gradients) = valueAndGradient(of: model) {
        model.results(lengths: tensors["lengths"]).reduce(Tensor(0)) { sum, result in
          sum + (result.value * (tensors["upstream-\(result.key)"] ?? result.value)).sum()
        }
      }
      for (name, parameter) in model.leaves {
        try expectClose(
          try #require(gradients[parameter]), try #require(tensors["gradient-\(name)"]),
          "gradient \(name)")
      }
    }
  }

  private func isResult(_ name: String) -> Bool { name == "output" || name.hasPrefix("final") }
}

/// A module and what went into it.
struct RecurrentGolden: Sendable, CustomStringConvertible {
  let name: String
  private let kind: String
  private let numbers: [Int]

  var description: String { name }

  init(_ name: String, _ entry: String) {
    let words = entry.split(separator: " ").map(String.init)
    self.name = name
    kind = words[0]
    numbers = words.dropFirst().compactMap(Int.init)
  }

  fileprivate func model(_ tensors: [String: Tensor]) -> RecurrentModel {
    let (inputs, units, layers) = (numbers[0], numbers[1], numbers[2])
    let (bias, batchFirst, both) = (numbers[3] == 1, numbers[4] == 1, numbers[5] == 1)
    func gru(resetAfter: Bool) -> GRU {
      GRU(
        inputs, units, layers: layers, resetAfter: resetAfter, bias: bias, batchFirst: batchFirst,
        bidirectional: both)
    }
    func rnn(_ nonlinearity: RNNNonlinearity) -> RNN {
      RNN(
        inputs, units, layers: layers, nonlinearity: nonlinearity, bias: bias,
        batchFirst: batchFirst, bidirectional: both)
    }
    let network: any Layer =
      switch kind {
      case "rnn-tanh": rnn(.tanh)
      case "rnn-relu": rnn(.relu)
      case "lstm":
        LSTM(
          inputs, units, layers: layers, bias: bias, batchFirst: batchFirst, bidirectional: both)
      case "gru": gru(resetAfter: true)
      case "gru-reset-before": gru(resetAfter: false)
      case "rnn-cell": RNNCell(inputs, units)
      case "lstm-cell": LSTMCell(inputs, units)
      case "gru-cell": GRUCell(inputs, units)
      default: fatalError("golden case \(name): unknown module \(kind)")
      }
    let states = ["state0", "state1"].compactMap { tensors[$0] }
    return RecurrentModel(network, tensors["input"]!, states)
  }
}

/// A network whose input and initial states can be differentiated by as well.
private struct RecurrentModel: Layer {
  let input: Parameter
  let states: [Parameter]
  let network: any Layer

  init(_ network: any Layer, _ input: Tensor, _ states: [Tensor]) {
    self.network = network
    self.input = Parameter(input)
    self.states = states.map { Parameter($0) }
  }

  /// By the names of the goldens.
  var leaves: [(name: String, parameter: Parameter)] {
    [("input", input)] + states.enumerated().map { ("state\($0)", $1) } + network.namedParameters
  }

  func callAsFunction(_ input: Tensor) -> Tensor { network(input) }

  /// The output and the final states.
  func results(lengths: Tensor?) -> [String: Tensor] {
    let (x, h) = (input.value, states[0].value)
    switch network {
    case let rnn as RNN: return named(rnn(x, state: h, lengths: lengths))
    case let gru as GRU: return named(gru(x, state: h, lengths: lengths))
    case let lstm as LSTM:
      let (output, state) = lstm(
        x, state: LSTMState(hidden: h, cell: states[1].value), lengths: lengths)
      return ["output": output, "final0": state.hidden, "final1": state.cell]
    case let cell as RNNCell: return ["final0": cell(x, state: h)]
    case let cell as GRUCell: return ["final0": cell(x, state: h)]
    case let cell as LSTMCell:
      let state = cell(x, state: LSTMState(hidden: h, cell: states[1].value))
      return ["final0": state.hidden, "final1": state.cell]
    default: fatalError("no recurrent network: \(network)")
    }
  }

  private func named(_ results: (output: Tensor, state: Tensor)) -> [String: Tensor] {
    ["output": results.output, "final0": results.state]
  }
}
