import Backends

extension Tensor {
  /// Numbers drawn evenly from [low, high), in steps of (high − low) · 2⁻²⁴.
  ///
  /// ```swift
  /// let weight = Tensor.uniform([10, 784], low: -0.1, high: 0.1)
  /// ```
  public static func uniform(
    _ shape: Shape, low: Float = 0, high: Float = 1, device: Device = .current
  ) -> Tensor {
    guard low <= high else { misuse("uniform: low \(low) is above high \(high)") }
    return random(.uniform(low: low, high: high), shape, device)
  }

  /// Numbers drawn from the normal distribution, at most 5.77 standard deviations from the mean.
  ///
  /// ```swift
  /// let noise = Tensor.normal([32, 100], mean: 0, standardDeviation: 0.5)
  /// ```
  public static func normal(
    _ shape: Shape, mean: Float = 0, standardDeviation: Float = 1, device: Device = .current
  ) -> Tensor {
    guard standardDeviation >= 0 else {
      misuse("normal: the standard deviation \(standardDeviation) is negative")
    }
    return random(.normal(mean: mean, standardDeviation: standardDeviation), shape, device)
  }

  /// Ones with the probability, otherwise zeros.
  ///
  /// ```swift
  /// let mask = Tensor.bernoulli([32, 100], probability: 0.5)
  /// ```
  public static func bernoulli(
    _ shape: Shape, probability: Float, device: Device = .current
  ) -> Tensor {
    guard probability >= 0, probability <= 1 else {
      misuse("bernoulli: \(probability) is no probability")
    }
    return random(.bernoulli(probability: probability), shape, device)
  }

  private static func random(
    _ distribution: RandomDistribution, _ shape: Shape, _ device: Device
  ) -> Tensor {
    let position = Random.current.reserve(shape.count)
    let array = device.context.compute(shape, .float32, from: []) { backend, result in
      try backend.random(distribution, at: position, to: result)
    }
    return Tensor(array, on: device)
  }

  /// Zero with a probability, independently for each element; the others divided by 1 − rate, so
  /// that the expectation stays.
  ///
  /// Srivastava et al.: Dropout (JMLR 2014), with inverted scaling. The mask is not stored: the
  /// gradient draws it again from the same place of the random stream.
  ///
  /// ```swift
  /// let y = Tensor.ones([32, 100]).dropout(rate: 0.5)  // zeros and twos
  /// ```
  ///
  /// - Parameter rate: The probability of zero, at least 0 and below 1.
  public func dropout(rate: Float) -> Tensor {
    guard rate >= 0, rate < 1 else { misuse("dropout: the rate \(rate) is not in [0, 1)") }
    require(.float32, "dropout")
    if rate == 0 { return self }
    return dropout(rate, at: Random.current.reserve(count))
  }

  private func dropout(_ rate: Float, at position: RandomPosition) -> Tensor {
    let input = dense
    let array = Tensor.compute("dropout", shape, from: [input]) { backend, result in
      try backend.dropout(input.array, rate: rate, at: position, to: result)
    }
    return .result(array, of: [self]) { gradient in [gradient.dropout(rate, at: position)] }
  }
}
