import Layers
import Tensors

/// Predicts the next character of a text: an embedding, a long short-term memory of several layers,
/// and a score for each symbol.
///
/// From symbols, int32 `[steps, batch]`, to scores `[steps, batch, symbols]`. Graves: Generating
/// Sequences With Recurrent Neural Networks (2013); Karpathy: The Unreasonable Effectiveness of
/// Recurrent Neural Networks (2015).
///
/// ```swift
/// let model = CharacterLSTM(symbols: 96)
/// var state: LSTMState?
/// for batch in text.batches(of: 32) {
///   let (scores, next) = model(batch.inputs, state: state)
///   state = next.stopGradient()  // truncated backpropagation
/// }
/// ```
public struct CharacterLSTM: Layer {
  /// The printable characters of ASCII and the end of a line.
  public static let usualSymbolCount = 96

  /// From symbols to vectors.
  public let embedding: Embedding
  /// From the vectors so far to what is remembered of them.
  public let lstm: LSTM
  /// From that to scores.
  public let output: Linear

  /// Makes a network with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - symbols: How many symbols there are.
  ///   - features: How long the vectors of the embedding are.
  ///   - units: How many numbers a layer remembers of each kind.
  ///   - layers: How many layers remember.
  public init(
    symbols: Int = usualSymbolCount, features: Int = 64, units: Int = 256, layers: Int = 2
  ) {
    embedding = Embedding(symbols, features)
    lstm = LSTM(features, units, layers: layers)
    output = Linear(units, symbols)
  }

  /// The scores after each symbol of texts from their beginning.
  public func callAsFunction(_ symbols: Tensor) -> Tensor { self(symbols, state: nil).scores }

  /// The scores after each symbol, and the state after the last.
  ///
  /// - Parameters:
  ///   - symbols: int32 `[steps, batch]`.
  ///   - state: What is remembered of the texts before; nil at their beginning.
  public func callAsFunction(
    _ symbols: Tensor, state: LSTMState?
  ) -> (scores: Tensor, state: LSTMState) {
    let (remembered, next) = lstm(embedding(symbols), state: state)
    return (output(remembered), next)
  }

  /// Writes a text: draws one symbol after the other by the probabilities that the network gives
  /// them.
  ///
  /// The largest of the scores plus noise −log(−log u), with u even between 0 and 1, is drawn with
  /// these probabilities (Gumbel 1954): nothing is read before the text is complete.
  ///
  /// - Parameters:
  ///   - count: How many symbols, at least 1.
  ///   - first: The symbol before the first.
  /// - Returns: int32 `[count]`.
  public func sample(_ count: Int, after first: Int32) -> Tensor {
    guard count >= 1 else { misuse("CharacterLSTM.sample: the count \(count) is not above 0") }
    let device = embedding.weight.value.device
    var symbol = Tensor([first], shape: [1, 1], device: device)
    var state: LSTMState?
    var symbols: [Tensor] = []
    for _ in 0..<count {
      let (scores, next) = self(symbol, state: state)
      let uniform = Tensor.uniform(scores.shape, low: 0, high: 1, device: device)
      symbol = (scores - (-uniform.log()).log()).argMax(-1)
      state = next
      symbols.append(symbol.reshaped([1]))
    }
    return concatenate(symbols)
  }
}

/// The cross-entropy of the symbols that follow, over the characters.
///
/// - Parameters:
///   - scores: Of a model of characters, `[steps, batch, symbols]`.
///   - targets: The symbols that follow, int32 `[steps, batch]`.
///   - reduction: By default the mean.
/// - Returns: `[]`; without reduction `[steps · batch]`.
public func nextCharacterLoss(
  _ scores: Tensor, _ targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  guard scores.rank == 3, targets.shape == [scores.shape[0], scores.shape[1]] else {
    misuse(
      "nextCharacterLoss: scores \(scores.shape) and targets \(targets.shape) must be "
        + "[steps, batch, symbols] and [steps, batch]")
  }
  return crossEntropy(
    scores.reshaped([targets.count, scores.shape[2]]), targets.reshaped([targets.count]),
    reduction: reduction)
}
