import Tensors

/// The gated recurrent unit.
///
/// With σ(x) = 1 / (1 + e⁻ˣ) and ∘ for the product of elements,
/// - r = σ(W_ir·x + b_ir + W_hr·h + b_hr), z = σ(W_iz·x + b_iz + W_hz·h + b_hz);
/// - n = tanh(W_in·x + b_in + r∘(W_hn·h + b_hn)), the reset after the product, or
///   n = tanh(W_in·x + b_in + W_hn·(r∘h) + b_hn), the reset before it;
/// - h' = (1 − z)∘n + z∘h.
///
/// Cho et al.: Learning phrase representations using RNN encoder–decoder for statistical machine
/// translation (EMNLP 2014), which resets before the product. Names, layouts and initial weights
/// (even between ±1 / √units) are those of PyTorch's `nn.GRU`, which resets after it.
///
/// Some texts write h' = (1 − z)∘h + z∘n instead. As 1 − σ(x) = σ(−x), that is the same network with
/// the weights and biases of z negated.
///
/// ```swift
/// let network = GRU(10, 20, bidirectional: true)
/// let (output, state) = network(.zeros([5, 3, 10]), state: nil)   // [5, 3, 40] and [2, 3, 20]
/// ```
///
/// Outputs at steps beyond a sample's length are 0. For truncated backpropagation start the next
/// part of a sequence with `state.stopGradient()`.
public struct GRU: NamesParameters {
  private let stack: RecurrentStack

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in at each step.
  ///   - units: How many numbers the state of a layer has.
  ///   - layers: How many layers there are, each fed with the outputs of the one below.
  ///   - resetAfter: Whether r acts on the product with h, or on h before the product.
  ///   - bias: Whether there are biases.
  ///   - batchFirst: Whether input and output are `[batch, steps, …]` instead of
  ///     `[steps, batch, …]`; states are not.
  ///   - dropout: The rate of dropout between layers, in training only.
  ///   - bidirectional: Whether each layer also runs backwards through the sequence; outputs are
  ///     then those of both directions side by side.
  public init(
    _ inputs: Int, _ units: Int, layers: Int = 1, resetAfter: Bool = true, bias: Bool = true,
    batchFirst: Bool = false, dropout: Float = 0, bidirectional: Bool = false
  ) {
    stack = RecurrentStack(
      "GRU", resetAfter ? .gru : .gruResetBefore, inputs, units, layers: layers, bias: bias,
      batchFirst: batchFirst, dropout: dropout, bidirectional: bidirectional)
  }

  /// `weight_ih_l0` `[3 · units, inputs]`, `weight_hh_l0` `[3 · units, units]`, `bias_ih_l0`,
  /// `bias_hh_l0` `[3 · units]`, in the order r, z, n; then those of `_l0_reverse`, `_l1` and so on.
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

/// One step of a gated recurrent unit; for the formulas see `GRU`.
///
/// Cho et al. (EMNLP 2014); as PyTorch's `nn.GRUCell`.
///
/// ```swift
/// let cell = GRUCell(10, 20)
/// var state = cell(.zeros([3, 10]), state: nil)
/// state = cell(.ones([3, 10]), state: state)
/// state.shape  // [3, 20]
/// ```
public struct GRUCell: NamesParameters {
  private let weights: RecurrentWeights

  /// Makes a cell with weights even between ±1 / √units.
  ///
  /// - Parameters:
  ///   - inputs: How many numbers go in.
  ///   - units: How many numbers the state has.
  ///   - resetAfter: Whether r acts on the product with h, or on h before the product.
  ///   - bias: Whether there are biases.
  public init(_ inputs: Int, _ units: Int, resetAfter: Bool = true, bias: Bool = true) {
    weights = RecurrentWeights(
      resetAfter ? .gru : .gruResetBefore, inputs: inputs, units: units, bias: bias)
  }

  /// `weight_ih` `[3 · units, inputs]`, `weight_hh` `[3 · units, units]`, `bias_ih`, `bias_hh`
  /// `[3 · units]`, in the order r, z, n.
  public var ownParameters: [(name: String, parameter: Parameter)] { weights.named("") }

  /// A step from a state of zeros.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, state: nil) }

  /// A step: from input `[batch, inputs]` and state `[batch, units]`, nil for zeros, to the state
  /// after it.
  public func callAsFunction(_ input: Tensor, state: Tensor?) -> Tensor {
    weights.step(input, state.map { [$0] }, "GRUCell")[0]
  }
}
