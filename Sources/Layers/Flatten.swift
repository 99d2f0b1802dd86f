import Tensors

/// All axes behind the first as one: from `[n, …]` to `[n, features]`.
///
/// ```swift
/// Flatten()(.zeros([32, 50, 4, 4])).shape  // [32, 800]
/// ```
public struct Flatten: Layer {
  /// Makes the layer.
  public init() {}

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard input.rank >= 2 else {
      misuse("Flatten: input \(input.shape) must have a batch axis and at least one more")
    }
    return input.flattened(from: 1)
  }
}
