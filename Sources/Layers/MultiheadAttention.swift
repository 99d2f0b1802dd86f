import Tensors

/// Attention with several heads, each over a part of the features:
/// concatenation of softmax(QᵢKᵢᵀ / √d)Vᵢ, then a linear layer.
///
/// From `[n, length, features]` to the same. Vaswani et al.: Attention Is All You Need (NIPS 2017),
/// section 3.2.2. Parameters have PyTorch's names and layouts, so that weights of
/// `torch.nn.MultiheadAttention(features, heads, batch_first=True)` load by name.
///
/// ```swift
/// let x = Tensor.normal([2, 7, 64]), memory = Tensor.normal([2, 9, 64])
/// let attention = MultiheadAttention(64, heads: 4)
/// let y = attention(x, isCausal: true)                        // self-attention
/// let z = attention(query: y, key: memory, value: memory)     // attention to other things
/// ```
public struct MultiheadAttention: NamesParameters {
  /// The weights of queries, keys and values, one below the other: `[3 · features, features]`.
  public let inputWeight: Parameter
  /// The biases of queries, keys and values: `[3 · features]`.
  public let inputBias: Parameter?
  /// What mixes the heads.
  public let output: Linear
  /// Among how many heads the features are shared.
  public let heads: Int
  /// The probability with which each attention weight is set to 0 in training.
  public let dropout: Float

  /// Makes a layer with weights drawn from the current random stream on the current device, by
  /// PyTorch's rules: Glorot's uniform initializer for the projections, biases of zero.
  ///
  /// - Parameters:
  ///   - features: How long the vectors are, a multiple of `heads`.
  ///   - heads: How many heads there are.
  ///   - dropout: The probability with which each attention weight is set to 0 in training.
  ///   - bias: Whether the projections have biases.
  public init(_ features: Int, heads: Int, dropout: Float = 0, bias: Bool = true) {
    guard heads >= 1, features >= 1, features % heads == 0 else {
      misuse("MultiheadAttention: \(features) features cannot be shared among \(heads) heads")
    }
    guard dropout >= 0, dropout < 1 else {
      misuse("MultiheadAttention: the dropout rate \(dropout) is not in [0, 1)")
    }
    let shape: Shape = [3 * features, features]
    let fans = Fans(weight: shape)
    inputWeight = Parameter(Initializer.glorotUniform(shape, fans))
    inputBias = bias ? Parameter(Initializer.zeros([3 * features], fans)) : nil
    output = Linear(features, features, bias: bias, biasInitializer: .zeros)
    self.heads = heads
    self.dropout = dropout
  }

  /// The parameters by PyTorch's names.
  public var ownParameters: [(name: String, parameter: Parameter)] {
    [
      ("in_proj_weight", inputWeight), ("in_proj_bias", inputBias),
      ("out_proj.weight", output.weight), ("out_proj.bias", output.bias),
    ].compactMap { name, parameter in parameter.map { (name: name, parameter: $0) } }
  }

  /// Self-attention: each position looks at all positions of its sequence.
  ///
  /// - Parameter input: `[n, length, features]`.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, keyMask: nil) }

  /// Self-attention with masks.
  ///
  /// - Parameters:
  ///   - input: `[n, length, features]`.
  ///   - keyMask: float32 `[n, length]`, 0 at positions that only fill up.
  ///   - isCausal: Whether each position looks only at itself and those before it.
  public func callAsFunction(
    _ input: Tensor, keyMask: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    requireFit(input, input)
    let projected = project(input, 0..<3).chunked(3, axis: -1)
    return attend(projected[0], projected[1], projected[2], keyMask, isCausal)
  }

  /// Attention of queries to other things.
  ///
  /// - Parameters:
  ///   - query: `[n, queries, features]`.
  ///   - key: `[n, keys, features]`.
  ///   - value: `[n, keys, features]`.
  ///   - keyMask: float32 `[n, keys]`, 0 at keys that only fill up.
  ///   - isCausal: Whether query i looks at no key behind i.
  /// - Returns: `[n, queries, features]`; for a query that may look at nothing, the bias of the
  ///   last linear layer.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor, keyMask: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    requireFit(query, key)
    requireFit(key, value)
    return attend(
      project(query, 0..<1), project(key, 1..<2), project(value, 2..<3), keyMask, isCausal)
  }

  /// Applies some of the three projections.
  private func project(_ input: Tensor, _ parts: Range<Int>) -> Tensor {
    let features = output.weight.shape[0]
    let rows = parts.lowerBound * features..<parts.upperBound * features
    let projected = matmul(input, inputWeight.value.slice(rows).transposed())
    return inputBias.map { projected + $0.value.slice(rows) } ?? projected
  }

  private func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ keyMask: Tensor?, _ isCausal: Bool
  ) -> Tensor {
    if let keyMask, keyMask.shape != [key.shape[0], key.shape[1]] {
      misuse("MultiheadAttention: key mask \(keyMask.shape) for keys \(key.shape) is not [n, keys]")
    }
    let attended = scaledDotProductAttention(
      byHead(query), byHead(key), byHead(value),
      mask: keyMask?.expanded(at: 1).expanded(at: 1), isCausal: isCausal,
      dropout: TrainingMode.isOn ? dropout : 0)
    let mixed = output(attended.permuted(0, 2, 1, 3).reshaped(query.shape))
    ShapeTrace.record(mixed.shape, at: .layer(weight: inputWeight))
    return mixed
  }

  /// `[n, length, features]` as `[n, heads, length, features / heads]`.
  private func byHead(_ input: Tensor) -> Tensor {
    let shape = input.shape
    return input.reshaped([shape[0], shape[1], heads, shape[2] / heads]).permuted(0, 2, 1, 3)
  }

  private func requireFit(_ query: Tensor, _ key: Tensor) {
    let features = output.weight.shape[0]
    guard query.rank == 3, key.rank == 3, query.shape[0] == key.shape[0],
      query.shape[2] == features, key.shape[2] == features
    else {
      misuse(
        "MultiheadAttention: \(query.shape) and \(key.shape) must be [n, length, \(features)]")
    }
  }
}
