import Tensors

extension GradientCase {
  /// Reductions beyond sums and maxima, and running sums.
  static let statistics = [
    GradientCase("min", [3, 5], in: .distinct) { $0[0].min() },
    GradientCase("min over an axis", [3, 5], in: .distinct) { $0[0].min(-1) },
    GradientCase("product", [3, 4], in: .awayFromZero) { $0[0].product(0, 1) },
    GradientCase("product over an axis", [2, 3, 4]) { $0[0].product(1, keepingAxes: true) },
    GradientCase("product with zeros", [4, 3]) {
      ($0[0] * Tensor([1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0], shape: [4, 3], device: $0[0].device))
        .product(1)
    },
    GradientCase("variance", [3, 4]) { $0[0].variance() },
    GradientCase("variance over axes", [2, 3, 4]) { $0[0].variance(0, -1, correction: 0) },
    GradientCase("standard deviation", [3, 4]) { $0[0].standardDeviation(1) },
    GradientCase("norm", [3, 4]) { $0[0].norm() },
    GradientCase("norm of order 1", [3, 4], in: .awayFromZero) { $0[0].norm(1, order: 1) },
    GradientCase("norm of order 3", [3, 4], in: .awayFromZero) { $0[0].norm(0, order: 3) },
    GradientCase("norm of order ½", [3, 2], in: .awayFromZero) { $0[0].norm(1, order: 0.5) },
    GradientCase("norm of order ∞", [3, 5], in: .distinct) { $0[0].norm(order: .infinity) },
    GradientCase("logSumExp", [3, 4]) { $0[0].logSumExp() },
    GradientCase("logSumExp over an axis", [3, 4]) { $0[0].logSumExp(0, keepingAxes: true) },
    GradientCase("cumulativeSum", [3, 4]) { $0[0].cumulativeSum(axis: 1) },
    GradientCase("cumulativeSum reversed", [3, 4]) {
      $0[0].cumulativeSum(axis: 0, reversed: true)
    },
    GradientCase("topK", [3, 5], in: .distinct) { $0[0].topK(2).values },
    GradientCase("topK along the first axis", [5, 2, 3], in: .distinct) {
      $0[0].topK(3, axis: 0, largest: false).values
    },
  ]
}
