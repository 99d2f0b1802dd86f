import Tensors

extension GradientCase {
  /// Reductions beyond sums and maxima, and running sums.
  static let statistics = [
    GradientCase("min", over: ShapeLists.any, in: .distinct) { $0[0].min() },
    GradientCase("min", use: "over an axis", over: ShapeLists.matrices, in: .distinct) {
      $0[0].min(-1)
    },
    GradientCase("product", over: ShapeLists.matrices, in: .awayFromZero) { $0[0].product(0, 1) },
    GradientCase("product", use: "over an axis", over: ShapeLists.volumes) {
      $0[0].product(1, keepingAxes: true)
    },
    GradientCase("product", use: "with zeros", [4, 3]) {
      ($0[0] * Tensor([1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0], shape: [4, 3], device: $0[0].device))
        .product(1)
    },
    GradientCase(
      "variance",
      over: [
        [[3, 4]], [[2]], [[5]], [[2, 2]], [[1, 3]], [[7]], [[2, 3, 2]], [[4, 1]], [[1, 2, 4]],
        [[6]],
      ]
    ) { $0[0].variance() },
    GradientCase("variance", use: "over axes", [2, 3, 4]) { $0[0].variance(0, -1, correction: 0) },
    GradientCase(
      "standardDeviation",
      over: [
        [[3, 4]], [[1, 3]], [[2, 5]], [[4, 4]], [[5, 3]], [[1, 6]], [[2, 3]], [[3, 3]], [[2, 7]],
        [[2, 4, 1]],
      ]
    ) { $0[0].standardDeviation(1) },
    GradientCase("norm", over: ShapeLists.any, in: .awayFromZero) { $0[0].norm() },
    GradientCase("norm", use: "of order 1", [3, 4], in: .awayFromZero) { $0[0].norm(1, order: 1) },
    GradientCase("norm", use: "of order 3", [3, 4], in: .awayFromZero) { $0[0].norm(0, order: 3) },
    GradientCase("norm", use: "of order ½", [3, 2], in: .awayFromZero) {
      $0[0].norm(1, order: 0.5)
    },
    GradientCase("norm", use: "of order ∞", [3, 5], in: .distinct) { $0[0].norm(order: .infinity) },
    GradientCase("logSumExp", over: ShapeLists.any) { $0[0].logSumExp() },
    GradientCase("logSumExp", use: "over an axis", over: ShapeLists.matrices) {
      $0[0].logSumExp(0, keepingAxes: true)
    },
    GradientCase("cumulativeSum", over: ShapeLists.matrices) { $0[0].cumulativeSum(axis: 1) },
    GradientCase("cumulativeSum", use: "reversed", [3, 4]) {
      $0[0].cumulativeSum(axis: 0, reversed: true)
    },
    GradientCase(
      "topK", over: [[[3, 5]], [[2]], [[1, 2]], [[4, 3]], [[2, 1, 4]], [[1, 7]], [[3, 2]]],
      in: .distinct
    ) { $0[0].topK(2).values },
    GradientCase(
      "topK", use: "along the first axis", [5, 2, 3],
      also: [[[3, 4]], [[4, 1]], [[7]], [[3, 2, 2]]], in: .distinct
    ) {
      $0[0].topK(3, axis: 0, largest: false).values
    },
  ]
}
