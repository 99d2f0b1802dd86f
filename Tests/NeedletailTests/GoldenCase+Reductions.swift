import Needletail

extension GoldenCase {
  /// Reductions and running sums; nil where the name is not known.
  func reduction(_ x: Tensor) -> Tensor? { overAxes(x) ?? withNumber(x) ?? ordered(x) }

  private func overAxes(_ x: Tensor) -> Tensor? {
    switch operation {
    case "min": x.min(integers)
    case "product": x.product(integers)
    case "logsumexp": x.logSumExp(integers)
    case "all": x.all(integers)
    case "any": x.any(integers)
    case "argmin": x.argMin(integers)
    default: nil
    }
  }

  /// A number before the axes.
  private func withNumber(_ x: Tensor) -> Tensor? {
    let axes = numbers.dropFirst().map { Int($0) }
    return switch operation {
    case "variance": x.variance(axes, correction: numbers[0])
    case "deviation": x.standardDeviation(axes, correction: numbers[0])
    case "norm": x.norm(axes, order: numbers[0])
    default: nil
    }
  }

  private func ordered(_ x: Tensor) -> Tensor? {
    switch operation {
    case "cumsum": x.cumulativeSum(axis: integers[0])
    case "cumsum-reversed": x.cumulativeSum(axis: integers[0], reversed: true)
    case "topk": top(of: x).values
    case "topk-indices": top(of: x).indices
    default: nil
    }
  }

  private func top(of x: Tensor) -> (values: Tensor, indices: Tensor) {
    x.topK(integers[0], axis: integers[1], largest: integers[2] == 1)
  }
}
