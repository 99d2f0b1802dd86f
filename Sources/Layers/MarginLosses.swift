import Tensors

/// The hinge loss max(0, margin − t·y) of support vector machines, over the elements.
///
/// Cortes, Vapnik: Support-Vector Networks (1995).
///
/// ```swift
/// hingeLoss(Tensor([0.5, 2, 0.5]), Tensor([1, 1, -1]), reduction: .none)  // [0.5, 0, 1.5]
/// ```
///
/// - Parameters:
///   - scores: y.
///   - targets: t, 1 or −1, float32 of the same shape.
///   - margin: From where on a right score costs nothing.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the scores.
public func hingeLoss(
  _ scores: Tensor, _ targets: Tensor, margin: Float = 1, reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(scores, targets, "hingeLoss")
  return reduction(scores.hinge(targets, margin: margin))
}

/// The hinge embedding loss of distances x: x where t = 1, max(0, margin − x) where t = −1.
///
/// As PyTorch's HingeEmbeddingLoss, for pairs that shall be near (1) or far (−1).
///
/// ```swift
/// hingeEmbeddingLoss(Tensor([0.4, 0.4]), Tensor([1, -1]), reduction: .none)  // [0.4, 0.6]
/// ```
///
/// - Parameters:
///   - distances: x.
///   - targets: t, 1 or −1, float32 of the same shape.
///   - margin: From where on far is far enough.
///   - reduction: By default the mean over all elements.
/// - Returns: `[]`; without reduction the shape of the distances.
public func hingeEmbeddingLoss(
  _ distances: Tensor, _ targets: Tensor, margin: Float = 1, reduction: LossReduction = .mean
) -> Tensor {
  requireSameShape(distances, targets, "hingeEmbeddingLoss")
  return reduction(distances.hingeEmbedding(targets, margin: margin))
}

/// The cosine embedding loss: 1 − cos(a, b) where t = 1, max(0, cos(a, b) − margin) where t = −1.
///
/// ```swift
/// let a = Tensor([1, 0, 1, 0], shape: [2, 2]), b = Tensor([0, 2, 3, 0], shape: [2, 2])
/// cosineEmbeddingLoss(a, b, Tensor([1, -1]), reduction: .none)  // [1, 1]
/// ```
///
/// - Parameters:
///   - a: `[n, features]`.
///   - b: `[n, features]`.
///   - targets: t, 1 or −1, float32 `[n]`.
///   - margin: The cosine up to which unlike pairs cost nothing, from −1 to 1.
///   - reduction: By default the mean over the pairs.
/// - Returns: `[]`; without reduction `[n]`.
public func cosineEmbeddingLoss(
  _ a: Tensor, _ b: Tensor, _ targets: Tensor, margin: Float = 0,
  reduction: LossReduction = .mean
) -> Tensor {
  guard a.rank == 2, a.shape == b.shape, targets.shape == [a.shape[0]] else {
    misuse(
      "cosineEmbeddingLoss: \(a.shape), \(b.shape) and targets \(targets.shape) must be "
        + "[n, features], the same and [n]")
  }
  let squares = ((a * a).sum(1) + cosineEpsilon) * ((b * b).sum(1) + cosineEpsilon)
  let cosines = (a * b).sum(1) / squares.sqrt()
  return reduction(cosines.cosineEmbedding(targets, margin: margin))
}

/// Added to squared lengths, as in PyTorch, so that a zero vector has a gradient.
private let cosineEpsilon: Float = 1e-12

/// The triplet margin loss max(0, d(a, p) − d(a, n) + margin), over the triplets.
///
/// d(x, y) = ‖x − y + ε‖ₚ with ε = 10⁻⁶. Balntas et al.: Learning local feature descriptors with
/// triplets (BMVC 2016); Schroff et al.: FaceNet (CVPR 2015).
///
/// ```swift
/// let (a, p, n) = (Tensor([0, 0]), Tensor([0, 1]), Tensor([3, 4]))
/// tripletMarginLoss(anchor: a, positive: p, negative: n, margin: 5)  // [1]
/// ```
///
/// - Parameters:
///   - anchor: a, `[…, features]`.
///   - positive: p, of the same shape: what shall be near.
///   - negative: n, of the same shape: what shall be far.
///   - margin: By how much farther n shall be than p.
///   - norm: The degree of the norm, at least 1.
///   - swap: Whether d(p, n) counts in place of d(a, n) where it is smaller.
///   - reduction: By default the mean over the triplets.
/// - Returns: `[]`; without reduction the shape without features.
public func tripletMarginLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, margin: Float = 1, norm: Float = 2,
  swap: Bool = false, reduction: LossReduction = .mean
) -> Tensor {
  guard anchor.rank >= 1, anchor.shape == positive.shape, anchor.shape == negative.shape else {
    misuse(
      "tripletMarginLoss: anchor \(anchor.shape), positive \(positive.shape) and negative "
        + "\(negative.shape) must have one shape")
  }
  guard norm >= 1 else { misuse("tripletMarginLoss: the norm of degree \(norm); it must be ≥ 1") }
  let near = distance(anchor, positive, norm)
  var far = distance(anchor, negative, norm)
  if swap { far = minimum(far, distance(positive, negative, norm)) }
  return reduction((near - far + margin).relu())
}

private func distance(_ x: Tensor, _ y: Tensor, _ norm: Float) -> Tensor {
  let difference = x - y + 1e-6
  if norm == 1 { return difference.abs().sum(-1) }
  if norm == 2 { return (difference * difference).sum(-1).sqrt() }
  return difference.abs().power(norm).sum(-1).power(1 / norm)
}
