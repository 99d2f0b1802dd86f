/// Recurrent networks over whole sequences.
///
/// One call runs one direction of one layer. Its arrays, with T steps, B samples, H units and the
/// cell's G gates and C states:
/// - projections `[T, B, G·H]`: the input's part of each gate, W·x with its bias;
/// - weight `[G·H, H]` and bias `[G·H]`, which act on the previous state, gate after gate;
/// - states `[C, T + 1, B, H]`: the initial one and that after each step, in slots ordered by time:
///   step t leads from slot t to t + 1, or reversed from t + 1 to t;
/// - saved `[T, B, S, H]`: what the way back needs of each step, see `RecurrentCell`;
/// - lengths, int32 `[B]`: at steps from its length on, a sample keeps its state.
///
/// Each step is a product with the weight and the gates' arithmetic on its result.
public protocol RecurrentOperations {
  /// Runs through a sequence from an initial state `[C, B, H]`, and gives all states.
  ///
  /// What is saved of steps beyond a sample's length is 0.
  func recurrentSequence(
    _ recurrence: Recurrence, _ projections: StridedArray, weight: StridedArray,
    bias: StridedArray?, initial: StridedArray, lengths: StridedArray?, to states: StridedArray,
    saved: StridedArray) throws

  /// The gradients of `recurrentSequence`, from those by all its states.
  ///
  /// - Parameters:
  ///   - projections: The gradient by the projections.
  ///   - products: That by the products with the weight, `[T, B, G·H]`, where it is another (for
  ///     `gru`), otherwise nil.
  ///   - initial: The gradient by the initial state.
  func recurrentSequenceGradient(
    _ recurrence: Recurrence, _ gradient: StridedArray, weight: StridedArray,
    states: StridedArray, saved: StridedArray, lengths: StridedArray?,
    projections: StridedArray, products: StridedArray?, initial: StridedArray) throws
}

/// What a recurrent network computes in a step, from the input's projections x, the products
/// s = W·h + b with the previous state h, and that state.
public enum RecurrentCell: String, Sendable, Hashable, CaseIterable {
  /// h' = tanh(x + s); Elman: Finding structure in time (1990). Nothing is saved.
  case rnnTanh
  /// h' = max(x + s, 0). Nothing is saved.
  case rnnReLU
  /// i, f, o = σ(x + s), g = tanh(x + s), c' = f∘c + i∘g, h' = o∘tanh c'; gates in the order i, f,
  /// g, o, which are saved.
  ///
  /// Hochreiter, Schmidhuber: Long short-term memory (1997), with the forget gate of Gers,
  /// Schmidhuber, Cummins (2000).
  case lstm
  /// r, z = σ(x + s), n = tanh(xₙ + r∘sₙ), h' = (1 − z)∘n + z∘h; gates in the order r, z, n, which
  /// are saved, and sₙ.
  ///
  /// Cho et al.: Learning phrase representations using RNN encoder–decoder (2014), with the reset
  /// after the product, as in cuDNN and PyTorch.
  case gru
  /// r, z = σ(x + s), n = tanh(xₙ + Wₙ·(r∘h) + bₙ), h' = (1 − z)∘n + z∘h; gates in the order r, z,
  /// n, which are saved, and r∘h.
  ///
  /// Cho et al. (2014), with the reset before the product, as they wrote it.
  case gruResetBefore

  /// G, how many gates there are.
  public var gateCount: Int {
    switch self {
    case .rnnTanh, .rnnReLU: 1
    case .lstm: 4
    case .gru, .gruResetBefore: 3
    }
  }

  /// C, how many states there are: h, and c of an LSTM.
  public var stateCount: Int { self == .lstm ? 2 : 1 }

  /// S, how many numbers of a unit are saved at each step.
  public var savedCount: Int {
    switch self {
    case .rnnTanh, .rnnReLU: 0
    case .lstm, .gru, .gruResetBefore: 4
    }
  }
}

/// How a sequence is run through.
public struct Recurrence: Sendable, Hashable {
  /// What is computed in a step.
  public var cell: RecurrentCell
  /// Whether from the last step to the first.
  public var isReversed: Bool

  /// Makes a description.
  public init(_ cell: RecurrentCell, isReversed: Bool = false) {
    self.cell = cell
    self.isReversed = isReversed
  }

  /// The times of the steps, in the order they are computed.
  package func times(_ steps: Int) -> [Int] {
    isReversed ? Array((0..<steps).reversed()) : Array(0..<steps)
  }

  /// The slot of the state that a step starts from.
  package func previousSlot(_ time: Int) -> Int { isReversed ? time + 1 : time }

  /// The slot of the state that a step leads to.
  package func nextSlot(_ time: Int) -> Int { isReversed ? time : time + 1 }

  /// The slot of the initial state.
  package func initialSlot(_ steps: Int) -> Int { isReversed ? steps : 0 }
}

/// The extents of a recurrent sequence.
package struct RecurrentExtents: Hashable, Sendable {
  /// T.
  package let steps: Int
  /// B.
  package let batch: Int
  /// H.
  package let units: Int
  /// T + 1.
  package var slots: Int { steps + 1 }

  /// The extents that states `[C, T + 1, B, H]` say.
  package init(states: Shape) {
    guard states.rank == 4, states[1] >= 1 else {
      misuse("recurrentSequence: states \(states) must be [states, steps + 1, batch, units]")
    }
    (steps, batch, units) = (states[1] - 1, states[2], states[3])
  }

  /// Stops the program where an array has another shape than the cell's.
  package func check(
    _ cell: RecurrentCell, projections: Shape, weight: Shape, initial: Shape, saved: Shape,
    bias: Shape? = nil, lengths: Shape? = nil
  ) {
    let width = cell.gateCount * units
    guard projections == [steps, batch, width], weight == [width, units],
      initial == [cell.stateCount, batch, units],
      saved == [steps, batch, cell.savedCount, units], bias == nil || bias == [width],
      lengths == nil || lengths == [batch]
    else {
      misuse(
        "recurrentSequence: \(cell.rawValue) with \(steps) steps, batch \(batch) and \(units) "
          + "units does not fit projections \(projections), weight \(weight), initial state "
          + "\(initial), saved \(saved), bias \(bias?.description ?? "none"), lengths "
          + "\(lengths?.description ?? "none")")
    }
  }
}
