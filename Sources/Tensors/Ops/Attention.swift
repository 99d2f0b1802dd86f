import Backends

/// Scaled dot-product attention: softmax(query · keyᵀ · scale) · value.
///
/// Vaswani et al.: Attention Is All You Need (NIPS 2017), equation 1. A query that may look at no
/// key at all gets zeros, and passes no gradient on, as in PyTorch.
///
/// ```swift
/// let q = Tensor.normal([2, 5, 8]), k = Tensor.normal([2, 5, 8]), v = Tensor.normal([2, 5, 4])
/// // Each position looks at itself and those before it.
/// scaledDotProductAttention(q, k, v, isCausal: true).shape  // [2, 5, 4]
/// ```
///
/// - Parameters:
///   - query: `[…, queries, features]`.
///   - key: `[…, keys, features]`.
///   - value: `[…, keys, outputs]`. The axes in front of all three broadcast.
///   - mask: float32, broadcasting to `[…, queries, keys]`: a query looks at a key where it is not
///     0. For padding, 0 at the keys that only fill up: `[n, 1, keys]`, or `[n, 1, 1, keys]` with
///     heads.
///   - isCausal: Whether query i looks at no key behind i; together with a mask, both must allow.
///   - dropout: The probability with which each weight is set to 0, as by `Tensor.dropout`.
///   - scale: By default 1 / √features.
/// - Returns: `[…, queries, outputs]`.
public func scaledDotProductAttention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
  dropout: Float = 0, scale: Float? = nil
) -> Tensor {
  let name: StaticString = "scaledDotProductAttention"
  guard query.rank >= 2, key.rank >= 2, value.rank >= 2, query.shape[-1] == key.shape[-1],
    key.shape[-2] == value.shape[-2]
  else {
    misuse(
      "\(name): query \(query.shape), key \(key.shape) and value \(value.shape) must be "
        + "[…, queries, features], […, keys, features] and […, keys, outputs]")
  }
  let scale = scale ?? 1 / Float(query.shape[-1]).squareRoot()
  var scores = matmul(query * scale, key.transposed())
  guard let mask else {
    if isCausal { scores = scores.lowerTriangle(name, otherwise: excluded) }
    return matmul(scores.softmax().dropout(rate: dropout), value)
  }
  guard Shape.broadcast(mask.shape, scores.shape) == scores.shape else {
    misuse("\(name): mask \(mask.shape) does not stretch to the scores \(scores.shape)")
  }
  let allowed = isCausal ? mask.asMatrices(like: scores).tril() : mask
  // Where nothing is allowed, the finite numbers give weights instead of 0 / 0; these are removed.
  let weights = scores.filled(name, outside: allowed, with: excluded).softmax()
    .filled(name, outside: allowed, with: 0)
  return matmul(weights.dropout(rate: dropout), value)
}

/// The score of a key that a query must not look at: its exponential vanishes beside any other.
private let excluded = -Float.greatestFiniteMagnitude

extension Tensor {
  /// The tensor with its last two axes stretched to those of another.
  fileprivate func asMatrices(like other: Tensor) -> Tensor {
    broadcast(to: Shape(shape.dropLast(2) + other.shape.suffix(2)))
  }
}
