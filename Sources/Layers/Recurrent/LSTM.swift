import Tensors

/// The state of an LSTM: what it puts out and what it keeps to itself.
public struct LSTMState: Sendable {
  /// h: `[layers · directions, batch, units]`, of a cell `[batch, units]`.
  public var hidden: Tensor
  /// c, of the shape of h.
  public var cell: Tensor

  /// Makes a state.
  public init(hidden: Tensor, cell: Tensor) {
    self.hidden = hidden
    self.cell = cell
  }

  fileprivate init(_ states: [Tensor]) { self.init(hidden: states[0], cell: states[1]) }

  fileprivate var tensors: [Tensor] { [hidden, cell] }

  /// The same numbers, taken as constants by gradients: where truncated backpropagation ends.
  public func stopGradient() -> LSTMState {
    LSTMState(hidden: hidden.stopGradient(), cell: cell.stopGradient())
  }
}

/// The long short-term memory.
///
/// With σ(x) = 1 / (1 + e⁻ˣ) and ∘ for the product of elements,
/// - i, f, o = σ(W_i·x + b_i + W_h·h + b_h), g = tanh(W_i·x + b_i + W_h·h + b_h), each with
///   weights of its own;
/// - c' = f∘c + i∘g, h' = o∘tanh c'.
///
/// Hochreiter, Schmidhuber: Long short-term memory (1997), with the forget gate of Gers,
/// Schmidhuber, Cummins: Learning to forget (2000). Names, layouts and initial weights (even between
/// ±1 / √units) are those of PyTorch's `nn.LSTM`.
///
/// ```swift
/// let network = LSTM(10, 20, layers: 2)
/// var (output, state) = network(.zeros([5, 3, 10]), state: nil)
/// // output [5, 3, 20], state.hidden and state.cell [2, 3, 20]
/// (output, state) = network(.zeros([5, 3, 10]), state: state.stopGradient())
/// ```
///
/// Outputs at steps beyond a sample's length are 0.
public struct LSTM: NamesParameters {
  private let stack: RecurrentStack

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in at each step.
  ///   - units: How many numbers h of a layer has.
  ///   - layers: How many layers there are, each fed with the outputs of the one below.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether input and output are `[batch, steps, …]` instead of
  ///     `[steps, batch, …]`; states are not.
  ///   - dropout: The rate of dropout between layers, in training only.
  ///   - bidirectional: Whether each layer also runs backwards through the sequence; outputs are
  ///     then those of both directions side by side.
  public init(
    _ inputs: Int, _ units: Int, layers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
    dropout: Float = 0, bidirectional: Bool = false
  ) {
    stack = RecurrentStack(
      "LSTM", .lstm, inputs, units, layers: layers, bias: bias, batchFirst: batchFirst,
      dropout: dropout, bidirectional: bidirectional)
  }

  /// `weight_ih_l0` `[4 · units, inputs]`, `weight_hh_l0` `[4 · units, units]`, `bias_ih_l0`,
  /// `bias_hh_l0` `[4 · units]`, in the order i, f, g, o; then those of `_l0_reverse`, `_l1` and so
  /// on.
  public var ownParameters: [(name: String, parameter: Parameter)] { stack.parameters }

  /// The outputs of sequences that start from zeros.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, state: nil).output }

  /// Runs through sequences.
  ///
  /// - Parameters:
  ///   - input: `[steps, batch, inputs]`, or `[batch, steps, inputs]` where the batch is first.
  ///   - state: h and c before the first step; nil for zeros.
  ///   - lengths: int32 `[batch]`, how many steps of each sample count; nil for all. What lies
  ///     beyond influences neither results nor gradients.
  /// - Returns: h of the last layer at each step, `[steps, batch, directions · units]` (or batch
  ///   first), and h and c of every layer after each sample's last step.
  public func callAsFunction(
    _ input: Tensor, state: LSTMState?, lengths: Tensor? = nil
  ) -> (output: Tensor, state: LSTMState) {
    let (output, final) = stack(input, initial: state?.tensors, lengths: lengths)
    return (output, LSTMState(final))
  }
}

/// One step of a long short-term memory; for the formulas see `LSTM`.
///
/// Hochreiter, Schmidhuber (1997); as PyTorch's `nn.LSTMCell`.
///
/// ```swift
/// let cell = LSTMCell(10, 20)
/// var state = cell(.zeros([3, 10]), state: nil)
/// state = cell(.ones([3, 10]), state: state)
/// state.hidden.shape  // [3, 20]
/// ```
public struct LSTMCell: NamesParameters {
  private let weights: RecurrentWeights

  /// Makes a cell with weights even between ±1 / √units.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in.
  ///   - units: How many numbers h has.
  ///   - bias: Whether there are biases.
  public init(_ inputs: Int, _ units: Int, bias: Bool = true) {
    weights = RecurrentWeights(.lstm, inputs: inputs, units: units, bias: bias)
  }

  /// `weight_ih` `[4 · units, inputs]`, `weight_hh` `[4 · units, units]`, `bias_ih`, `bias_hh`
  /// `[4 · units]`, in the order i, f, g, o.
  public var ownParameters: [(name: String, parameter: Parameter)] { weights.named("") }

  /// h after a step from a state of zeros.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, state: nil).hidden }

  /// A step: from input `[batch, inputs]` and a state of `[batch, units]`, nil for zeros, to the
  /// state after it.
  public func callAsFunction(_ input: Tensor, state: LSTMState?) -> LSTMState {
    LSTMState(weights.step(input, state?.tensors, "LSTMCell"))
  }
}
