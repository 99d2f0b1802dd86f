extension Tensor {
  /// Zero with a probability, independently for each place of the first axes and together for all
  /// elements behind it; the others divided by 1 − rate, so that the expectation stays.
  ///
  /// ```swift
  /// let y = Tensor.ones([32, 16, 5, 5]).dropout(rate: 0.5, sharedBehind: 2)  // whole channels
  /// ```
  ///
  /// - Parameters:
  ///   - rate: The probability of zero, at least 0 and below 1.
  ///   - axes: How many axes count: 1 drops samples, 2 drops channels of samples.
  public func dropout(rate: Float, sharedBehind axes: Int) -> Tensor {
    guard rate >= 0, rate < 1 else { misuse("dropout: the rate \(rate) is not in [0, 1)") }
    require(.float32, "dropout")
    guard axes >= 1, axes <= rank else {
      misuse("dropout: shape \(shape) does not have \(axes) axes")
    }
    if rate == 0 { return self }
    let places = Shape(shape.prefix(axes) + Array(repeating: 1, count: rank - axes))
    let kept = Tensor.bernoulli(places, probability: 1 - rate, device: device)
    return self * (kept / (1 - rate))
  }
}
