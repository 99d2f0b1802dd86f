import Tensors

/// What a plain recurrent network makes of its sums.
public enum RNNNonlinearity: Sendable, Hashable {
  /// The hyperbolic tangent.
  case tanh
  /// max(x, 0).
  case relu

  var cell: RecurrentCell { self == .tanh ? .rnnTanh : .rnnReLU }
}

/// The plain recurrent network: h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or ReLU of it.
///
/// Elman: Finding structure in time (1990); names, layouts and initial weights (even between
/// ±1 / √units) are those of PyTorch's `nn.RNN`.
///
/// ```swift
/// let network = RNN(10, 20, layers: 2)
/// let (output, state) = network(.zeros([5, 3, 10]), state: nil)   // [5, 3, 20] and [2, 3, 20]
/// ```
///
/// Outputs at steps beyond a sample's length are 0. For truncated backpropagation start the next
/// part of a sequence with `state.stopGradient()`.
public struct RNN: NamesParameters {
  private let stack: RecurrentStack

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in at each step.
  ///   - units: How many numbers the state of a layer has.
  ///   - layers: How many layers there are, each fed with the outputs of the one below.
  ///   - nonlinearity: What becomes of the sums.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether input and output are `[batch, steps, …]` instead of
  ///     `[steps, batch, …]`; states are not.
  ///   - dropout: The rate of dropout between layers, in training only.
  ///   - bidirectional: Whether each layer also runs backwards through the sequence; outputs are
  ///     then those of both directions side by side.
  public init(
    _ inputs: Int, _ units: Int, layers: Int = 1, nonlinearity: RNNNonlinearity = .tanh,
    bias: Bool = true, batchFirst: Bool = false, dropout: Float = 0, bidirectional: Bool = false
  ) {
    stack = RecurrentStack(
      "RNN", nonlinearity.cell, inputs, units, layers: layers, bias: bias, batchFirst: batchFirst,
      dropout: dropout, bidirectional: bidirectional)
  }

  /// `weight_ih_l0` `[units, inputs]`, `weight_hh_l0` `[units, units]`, `bias_ih_l0`, `bias_hh_l0`
  /// `[units]`, then those of `_l0_reverse`, `_l1` and so on.
  public var ownParameters: [(name: String, parameter: Parameter)] { stack.parameters }

  /// The outputs of sequences that start from zeros.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, state: nil).output }

  /// Runs through sequences.
  ///
  /// - Parameters:
  ///   - input: `[steps, batch, inputs]`, or `[batch, steps, inputs]` where the batch is first.
  ///   - state: h before the first step, `[layers · directions, batch, units]`; nil for zeros.
  ///   - lengths: int32 `[batch]`, how many steps of each sample count; nil for all. What lies
  ///     beyond influences neither results nor gradients.
  /// - Returns: h of the last layer at each step, `[steps, batch, directions · units]` (or batch
  ///   first), and h of every layer after each sample's last step, as `state`.
  public func callAsFunction(
    _ input: Tensor, state: Tensor?, lengths: Tensor? = nil
  ) -> (output: Tensor, state: Tensor) {
    let (output, final) = stack(input, initial: state.map { [$0] }, lengths: lengths)
    return (output, final[0])
  }
}

/// One step of a plain recurrent network: h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or ReLU of it.
///
/// Elman: Finding structure in time (1990); as PyTorch's `nn.RNNCell`.
///
/// ```swift
/// let cell = RNNCell(10, 20)
/// var state = cell(.zeros([3, 10]), state: nil)
/// state = cell(.ones([3, 10]), state: state)
/// state.shape  // [3, 20]
/// ```
public struct RNNCell: NamesParameters {
  private let weights: RecurrentWeights

  /// Makes a cell with weights even between ±1 / √units.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in.
  ///   - units: How many numbers the state has.
  ///   - nonlinearity: What becomes of the sums.
  ///   - bias: Whether there are biases.
  public init(
    _ inputs: Int, _ units: Int, nonlinearity: RNNNonlinearity = .tanh, bias: Bool = true
  ) {
    weights = RecurrentWeights(nonlinearity.cell, inputs: inputs, units: units, bias: bias)
  }

  /// `weight_ih` `[units, inputs]`, `weight_hh` `[units, units]`, `bias_ih`, `bias_hh` `[units]`.
  public var ownParameters: [(name: String, parameter: Parameter)] { weights.named("") }

  /// A step from a state of zeros.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, state: nil) }

  /// A step: from input `[batch, inputs]` and state `[batch, units]`, nil for zeros, to the state
  /// after it.
  public func callAsFunction(_ input: Tensor, state: Tensor?) -> Tensor {
    weights.step(input, state.map { [$0] }, "RNNCell")[0]
  }
}
