import Backends

/// Divides each element by a power of the mean square of those around it along the channels.
///
///     y[c] = x[c] / (k + α / size · Σ x[c′]²)^β,  c − ⌊size / 2⌋ ≤ c′ ≤ c + ⌊(size − 1) / 2⌋,
///
/// where channels that do not exist count as zeros (Krizhevsky, Sutskever, Hinton: ImageNet
/// Classification with Deep Convolutional Neural Networks, 2012, §3.3; divided by the size as in
/// PyTorch).
///
/// ```swift
/// localResponseNormalization(.ones([1, 3, 2]), size: 3, alpha: 3, beta: 1).shape  // [1, 3, 2]
/// ```
///
/// - Parameters:
///   - input: `[n, channels, …]`.
///   - size: How many channels are summed over.
///   - alpha: α; 10⁻⁴ unless given.
///   - beta: β; 0.75 unless given.
///   - k: The constant that keeps the divisor from 0; 1 unless given.
public func localResponseNormalization(
  _ input: Tensor, size: Int, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 1
) -> Tensor {
  guard input.rank >= 3, size >= 1 else {
    misuse(
      "localResponseNormalization: input \(input.shape) must be [n, channels, …] and size \(size) "
        + "at least 1")
  }
  let (n, channels) = (input.shape[0], input.shape[1])
  let planes = input.reshaped([n, 1, channels, Shape(input.shape.dropFirst(2)).count])
  let squares = (planes * planes).padded(axis: 2, before: size / 2, after: (size - 1) / 2)
  let means = averagePool2d(squares, Pooling(window: Pair(size, 1), stride: 1))
  return (planes / (means * alpha + k).power(beta)).reshaped(input.shape)
}
