import Tensors

/// A table of vectors, looked up by index: words, characters or other things as points of a space.
///
/// From int32 `[…]` to `[…, features]`. The gradient by a vector is the sum over the places that
/// named it, in their order. Bengio, Ducharme, Vincent, Jauvin: A Neural Probabilistic Language
/// Model (JMLR 2003).
///
/// ```swift
/// let characters = Embedding(96, 16)
/// let vectors = characters(Tensor([7, 4, 11, 11] as [Int32]))  // [4, 16]
/// ```
public struct Embedding: Layer {
  /// `[count, features]`.
  public let weight: Parameter
  /// The index that only fills up: its vector is zero at first and is not trained.
  public let paddingIndex: Int?

  /// Makes a layer with weights drawn from the current random stream on the current device.
  ///
  /// - Parameters:
  ///   - count: How many things there are: indices run from 0 to count − 1, any other gives NaN.
  ///   - features: How long the vectors are.
  ///   - paddingIndex: The index that only fills up, if there is one.
  ///   - weightInitializer: How the vectors are drawn; by default, as in PyTorch, from the standard
  ///     normal distribution.
  public init(
    _ count: Int, _ features: Int, paddingIndex: Int? = nil,
    weightInitializer: Initializer = .standardNormal
  ) {
    guard count >= 1, features >= 1 else {
      misuse("Embedding: \(count) vectors of \(features) features; there must be at least 1")
    }
    if let paddingIndex, paddingIndex < 0 || paddingIndex >= count {
      misuse("Embedding: padding index \(paddingIndex) is none of \(count) vectors")
    }
    let shape: Shape = [count, features]
    var vectors = weightInitializer(shape, Fans(weight: shape))
    if let paddingIndex {
      let isPadding =
        Tensor.arange(0..<count, device: vectors.device).expanded(at: 1) .== Float(paddingIndex)
      vectors = vectors.maskedFill(isPadding, with: 0)
    }
    weight = Parameter(vectors)
    self.paddingIndex = paddingIndex
  }

  /// Looks up the vectors of int32 indices of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let output = embedding(input, weight.value, paddingIndex: paddingIndex)
    ShapeTrace.record(output.shape, at: .layer(weight: weight))
    return output
  }
}

extension Initializer {
  /// Normal with mean 0 and variance 1.
  public static let standardNormal = Initializer { shape, _, device in
    .normal(shape, device: device)
  }
}
