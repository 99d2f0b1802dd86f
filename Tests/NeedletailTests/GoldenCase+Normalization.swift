import Needletail

extension GoldenCase {
  /// Normalization; nil where the name is not known.
  func normalization(_ x: [Tensor]) -> Tensor? {
    let (weight, bias) = (x.count > 1 ? x[1] : nil, x.count > 2 ? x[2] : nil)
    switch operation {
    case "batch-norm":
      return batchNorm(x[0], weight: weight, bias: bias, epsilon: numbers[0]).output
    case "batch-norm-running":
      let channels = numbers.count / 2
      return batchNorm(
        x[0], mean: Tensor(Array(numbers[..<channels])),
        variance: Tensor(Array(numbers[channels...])), weight: weight, bias: bias)
    case "running-statistics": return runningStatistics(x)
    case "layer-norm":
      return layerNorm(x[0], over: Shape(integers), weight: weight, bias: bias)
    case "rms-norm": return rmsNorm(x[0], over: Shape(integers), weight: weight)
    case "group-norm": return groupNorm(x[0], groups: integers[0], weight: weight, bias: bias)
    case "instance-norm": return instanceNorm(x[0], weight: weight, bias: bias)
    default: return nil
    }
  }

  private func runningStatistics(_ batches: [Tensor]) -> Tensor {
    let momentum = numbers[0] < 0 ? BatchNorm.Momentum.cumulative : .exponential(numbers[0])
    let layer = BatchNorm(3, momentum: momentum)
    for batch in batches { _ = valueAndGradient(of: layer) { layer(batch).sum() } }
    return stack([layer.runningMean!.value, layer.runningVariance!.value])
  }
}
