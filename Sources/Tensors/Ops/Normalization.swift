import Backends

/// What batch normalization returns where it takes the statistics of the batch.
public struct BatchNormalized: Sendable {
  /// The normalized input.
  public let output: Tensor
  /// The mean of each channel, `[channels]`; a constant for gradients.
  public let mean: Tensor
  /// The variance of each channel, `[channels]`, over n, not n − 1; a constant for gradients.
  public let variance: Tensor
}

/// Batch normalization with the statistics of the batch, as in training.
///
/// y = (x − μ) / √(σ² + ε) · weight + bias, with the mean μ and the variance σ² of each channel over
/// the batch and the positions. Ioffe, Szegedy: Batch Normalization (ICML 2015).
///
/// ```swift
/// let x = Tensor([1, 2, 3, 6], shape: [2, 2])
/// batchNorm(x).output  // [[-1, -1], [1, 1]]
/// ```
///
/// - Parameters:
///   - input: `[n, channels, …]`.
///   - weight: `[channels]`; 1 where there is none.
///   - bias: `[channels]`; 0 where there is none.
///   - epsilon: Added to the variance.
public func batchNorm(
  _ input: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5
) -> BatchNormalized {
  let name: StaticString = "batchNorm"
  let affine = Affine(weight, bias, perChannelOf: input, name)
  let axes = input.shape.indices.filter { $0 != 1 }
  let statistics = Statistics(of: input, over: axes, epsilon: epsilon, name)
  let channels: Shape = [input.shape[1]]
  return BatchNormalized(
    output: normalize(input, statistics, affine, name),
    mean: statistics.mean!.reshaped(channels), variance: statistics.variance.reshaped(channels))
}

/// Batch normalization with given statistics, as in evaluation.
///
/// ```swift
/// let x = Tensor([1, 2, 3, 6], shape: [2, 2])
/// batchNorm(x, mean: Tensor([1, 2]), variance: Tensor([1, 4]))  // [[0, 0], [2, 2]]
/// ```
///
/// - Parameters:
///   - input: `[n, channels, …]`.
///   - mean: `[channels]`, taken as constant.
///   - variance: `[channels]`, taken as constant.
///   - weight: `[channels]`; 1 where there is none.
///   - bias: `[channels]`; 0 where there is none.
///   - epsilon: Added to the variance.
public func batchNorm(
  _ input: Tensor, mean: Tensor, variance: Tensor, weight: Tensor? = nil, bias: Tensor? = nil,
  epsilon: Float = 1e-5
) -> Tensor {
  let name: StaticString = "batchNorm"
  let affine = Affine(weight, bias, perChannelOf: input, name)
  for statistic in [mean, variance] where statistic.shape != [input.shape[1]] {
    misuse("batchNorm: input \(input.shape) does not fit statistics \(statistic.shape)")
  }
  let statistics = Statistics(
    constant: channelwise(mean, input), channelwise(variance, input), epsilon: epsilon, name)
  return normalize(input, statistics, affine, name)
}

/// Layer normalization: over the last axes of each sample.
///
/// y = (x − μ) / √(σ² + ε) · weight + bias. Ba, Kiros, Hinton: Layer Normalization (2016).
///
/// ```swift
/// let x = Tensor([1, 2, 3, 6], shape: [2, 2])
/// layerNorm(x, over: [2])  // [[-1, 1], [-1, 1]]
/// ```
///
/// - Parameters:
///   - input: `[…, shape…]`.
///   - shape: The extents of the last axes, over which to normalize.
///   - weight: Of that shape; 1 where there is none.
///   - bias: Of that shape; 0 where there is none.
///   - epsilon: Added to the variance.
public func layerNorm(
  _ input: Tensor, over shape: Shape, weight: Tensor? = nil, bias: Tensor? = nil,
  epsilon: Float = 1e-5
) -> Tensor {
  let name: StaticString = "layerNorm"
  let affine = Affine(weight, bias, of: shape, name)
  let axes = lastAxes(of: input, shape, name)
  return normalize(input, Statistics(of: input, over: axes, epsilon: epsilon, name), affine, name)
}

/// Group normalization: over the channels of a group and all positions, for each sample.
///
/// Wu, He: Group Normalization (ECCV 2018).
///
/// ```swift
/// groupNorm(Tensor([1, 3, 2, 8], shape: [1, 4]), groups: 2)  // [[-1, 1, -1, 1]]
/// ```
///
/// - Parameters:
///   - input: `[n, channels, …]`.
///   - groups: Into how many groups of neighbours the channels are split.
///   - weight: `[channels]`; 1 where there is none.
///   - bias: `[channels]`; 0 where there is none.
///   - epsilon: Added to the variance.
public func groupNorm(
  _ input: Tensor, groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
  let name: StaticString = "groupNorm"
  let shape = input.shape
  requireChannels(weight, bias, input, name)
  guard groups >= 1, shape[1] % groups == 0 else {
    misuse("groupNorm: the channels of input \(shape) do not split into \(groups) groups")
  }
  let parts = [groups, shape[1] / groups]
  let positions = shape.dropFirst(2).reduce(1, *)
  let grouped = input.reshaped(Shape([shape[0]] + parts + [positions]))
  let affine = Affine(
    weight: weight?.reshaped(Shape(parts + [1])), bias: bias?.reshaped(Shape(parts + [1])))
  let statistics = Statistics(of: grouped, over: [2, 3], epsilon: epsilon, name)
  return normalize(grouped, statistics, affine, name).reshaped(shape)
}

/// Instance normalization: over the positions of each channel of each sample.
///
/// Ulyanov, Vedaldi, Lempitsky: Instance Normalization (2016).
///
/// ```swift
/// instanceNorm(Tensor([1, 3, 2, 8], shape: [1, 2, 2]))  // [[[-1, 1], [-1, 1]]]
/// ```
///
/// - Parameters:
///   - input: `[n, channels, …]` with at least one axis of positions.
///   - weight: `[channels]`; 1 where there is none.
///   - bias: `[channels]`; 0 where there is none.
///   - epsilon: Added to the variance.
public func instanceNorm(
  _ input: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
  let name: StaticString = "instanceNorm"
  let affine = Affine(weight, bias, perChannelOf: input, name)
  guard input.rank >= 3 else { misuse("instanceNorm: input \(input.shape) has no positions") }
  let axes = Array(input.shape.indices.dropFirst(2))
  return normalize(input, Statistics(of: input, over: axes, epsilon: epsilon, name), affine, name)
}

/// Root mean square normalization over the last axes: y = x / √(mean x² + ε) · weight.
///
/// Zhang, Sennrich: Root Mean Square Layer Normalization (NeurIPS 2019).
///
/// ```swift
/// rmsNorm(Tensor([3, 4], shape: [1, 2]), over: [2])  // [[0.8485, 1.1314]]
/// ```
///
/// - Parameters:
///   - input: `[…, shape…]`.
///   - shape: The extents of the last axes, over which to normalize.
///   - weight: Of that shape; 1 where there is none.
///   - epsilon: Added to the mean square; by default float32's distance from 1 to the next number.
public func rmsNorm(
  _ input: Tensor, over shape: Shape, weight: Tensor? = nil, epsilon: Float = .ulpOfOne
) -> Tensor {
  let name: StaticString = "rmsNorm"
  let affine = Affine(weight, nil, of: shape, name)
  let axes = lastAxes(of: input, shape, name)
  let statistics = Statistics(
    of: input, over: axes, aroundMean: false, epsilon: epsilon, name)
  return normalize(input, statistics, affine, name)
}

extension Tensor {
  /// The average after another number: a + m·(s·x − a).
  ///
  /// - Parameters:
  ///   - new: x, of the same shape.
  ///   - momentum: m, the part of the new number.
  ///   - scale: s.
  package func movingAverage(with new: Tensor, momentum: Float, scale: Float) -> Tensor {
    let array = Tensor.map(
      "movingAverage", NormalizationExpressions.movingAverage,
      scalars: [Double(momentum), Double(scale)], [stopGradient(), new.stopGradient()])
    return Tensor(array, on: device)
  }

  /// The mean of `count` numbers from that of those before and the last: a + (s·x − a) / count.
  package func cumulativeAverage(with new: Tensor, count: Tensor, scale: Float) -> Tensor {
    let array = Tensor.map(
      "cumulativeAverage", NormalizationExpressions.cumulativeAverage, scalars: [Double(scale)],
      [stopGradient(), new.stopGradient(), count])
    return Tensor(array, on: device)
  }
}
