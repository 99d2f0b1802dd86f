import Tensors

/// Batch normalization: y = (x − μ) / √(σ² + ε) · weight + bias for each channel.
///
/// In training, μ and σ² are the mean and the variance (over n) of the batch and all its positions,
/// and the running statistics move towards them, the running variance towards the unbiased one (over
/// n − 1). In evaluation, μ and σ² are the running statistics. Ioffe, Szegedy: Batch Normalization
/// (ICML 2015).
///
/// For features `[n, channels]`, sequences `[n, channels, length]`, images
/// `[n, channels, height, width]`: PyTorch's BatchNorm1d, 2d and 3d in one, with their names of
/// weights. The shape stays.
///
/// ```swift
/// let block = Sequential {
///   Conv2D(3, 16, kernel: 3, padding: 1, bias: false)
///   BatchNorm(16)
///   ReLU()
/// }
/// ```
public struct BatchNorm: Layer {
  /// How running statistics follow those of the batches.
  public enum Momentum: Hashable, Sendable {
    /// running ← (1 − m) · running + m · batch.
    case exponential(Float)
    /// Running statistics are the means over all batches so far.
    case cumulative
  }

  /// `[channels]`, ones at first; nil where the layer is not affine.
  public let weight: Parameter?
  /// `[channels]`, zeros at first; nil where the layer is not affine.
  public let bias: Parameter?
  /// `[channels]`, zeros at first; nil where statistics are always those of the batch.
  public let runningMean: Buffer?
  /// `[channels]`, ones at first; nil where statistics are always those of the batch.
  public let runningVariance: Buffer?
  /// `[]`, int32: how many batches the running statistics have seen.
  public let batchesTracked: Buffer?
  /// Added to the variance.
  public let epsilon: Float
  /// How running statistics follow those of the batches.
  public let momentum: Momentum
  /// How many channels there are.
  public let channels: Int

  /// Makes a layer on the current device.
  ///
  /// - Parameters:
  ///   - channels: How many there are.
  ///   - epsilon: Added to the variance.
  ///   - momentum: How running statistics follow those of the batches.
  ///   - affine: Whether there are a weight and a bias.
  ///   - tracksRunningStatistics: Whether evaluation uses running statistics; otherwise it uses
  ///     those of the batch, as training does.
  public init(
    _ channels: Int, epsilon: Float = 1e-5, momentum: Momentum = .exponential(0.1),
    affine: Bool = true, tracksRunningStatistics: Bool = true
  ) {
    guard channels >= 1 else { misuse("BatchNorm: \(channels) channels; there must be at least 1") }
    self.channels = channels
    self.epsilon = epsilon
    self.momentum = momentum
    weight = affine ? Parameter(.ones([channels])) : nil
    bias = affine ? Parameter(.zeros([channels])) : nil
    let tracks = tracksRunningStatistics
    runningMean = tracks ? Buffer(.zeros([channels]), name: "running_mean") : nil
    runningVariance = tracks ? Buffer(.ones([channels]), name: "running_var") : nil
    batchesTracked =
      tracks ? Buffer(Tensor([0] as [Int32], shape: []), name: "num_batches_tracked") : nil
  }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    requireChannels(channels, input, "BatchNorm")
    return normalized(input).traced(weight)
  }

  private func normalized(_ input: Tensor) -> Tensor {
    if !TrainingMode.isOn, let runningMean, let runningVariance {
      return batchNorm(
        input, mean: runningMean.value, variance: runningVariance.value, weight: weight?.value,
        bias: bias?.value, epsilon: epsilon)
    }
    let perChannel = input.count / channels
    guard perChannel > 1 || !TrainingMode.isOn else {
      misuse("BatchNorm: input \(input.shape) has one number for each channel, and no variance")
    }
    let normalized = batchNorm(
      input, weight: weight?.value, bias: bias?.value, epsilon: epsilon)
    if TrainingMode.isOn { track(normalized, perChannel) }
    return normalized.output
  }

  /// Moves the running statistics towards those of a batch, on the device.
  private func track(_ batch: BatchNormalized, _ perChannel: Int) {
    guard let runningMean, let runningVariance, let batchesTracked else { return }
    batchesTracked.value = batchesTracked.value + 1
    let unbiased = Float(perChannel) / Float(perChannel - 1)
    for (buffer, new, scale) in [
      (runningMean, batch.mean, 1), (runningVariance, batch.variance, unbiased),
    ] {
      switch momentum {
      case .exponential(let momentum):
        buffer.value = buffer.value.movingAverage(with: new, momentum: momentum, scale: scale)
      case .cumulative:
        buffer.value = buffer.value.cumulativeAverage(
          with: new, count: batchesTracked.value, scale: scale)
      }
    }
  }
}
