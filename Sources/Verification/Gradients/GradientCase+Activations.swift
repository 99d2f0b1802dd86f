import Tensors

extension GradientCase {
  /// Functions and activations.
  static let activations = [
    GradientCase("sin", over: ShapeLists.any) { $0[0].sin() },
    GradientCase("cos", over: ShapeLists.any) { $0[0].cos() },
    GradientCase("expm1", over: ShapeLists.any) { $0[0].expm1() },
    GradientCase("log1p", over: ShapeLists.any, in: .positive) { $0[0].log1p() },
    GradientCase("erf", over: ShapeLists.any) { $0[0].erf() },
    GradientCase("reciprocal", over: ShapeLists.any, in: .positive) { $0[0].reciprocal() },
    GradientCase("rsqrt", over: ShapeLists.any, in: .positive) { $0[0].rsqrt() },
    GradientCase("elu", over: ShapeLists.any, in: .awayFromZero) { $0[0].elu(alpha: 0.7) },
    GradientCase("selu", over: ShapeLists.any, in: .awayFromZero) { $0[0].selu() },
    GradientCase("gelu", over: ShapeLists.any) { ($0[0] * 2).gelu() },
    GradientCase("gelu", use: "by tanh", [8]) { ($0[0] * 2).gelu(approximation: .tanh) },
    GradientCase("silu", over: ShapeLists.any) { ($0[0] * 2).silu() },
    GradientCase("softplus", over: ShapeLists.any) { $0[0].softplus() },
    GradientCase("softplus", use: "above its threshold", [8], in: .positive) {
      $0[0].softplus(beta: 10, threshold: 4)
    },
    GradientCase("softsign", over: ShapeLists.any, in: .awayFromZero) { $0[0].softsign() },
    // The multiples of 0.1 of the domain, as multiples of 0.7, meet no corner.
    GradientCase("hardsigmoid", over: ShapeLists.any, in: .distinct) {
      ($0[0] * 7 + 0.35).hardsigmoid()
    },
    GradientCase("hardswish", over: ShapeLists.any, in: .distinct) {
      ($0[0] * 7 + 0.35).hardswish()
    },
    GradientCase("hardtanh", over: ShapeLists.any, in: .distinct) {
      ($0[0] + 0.05).hardtanh(min: -0.5, max: 0.3)
    },
    GradientCase("relu6", over: ShapeLists.any, in: .distinct) { ($0[0] * 10 + 0.5).relu6() },
    GradientCase("clamp", over: ShapeLists.any, in: .distinct) { ($0[0] + 0.05).clamp(min: -0.5) },
    GradientCase(
      "prelu", [2, 3, 4], [3],
      also: [
        [[1, 1], [1]], [[5, 2], [2]], [[3, 4, 2], [4]], [[2, 1, 2, 2], [1]], [[1, 3, 3], [3]],
        [[4, 5], [5]], [[2, 2, 1], [2]],
      ], in: .awayFromZero
    ) { $0[0].prelu($0[1]) },
    GradientCase("prelu", use: "of one slope", [2, 3], [1], in: .awayFromZero) {
      $0[0].prelu($0[1])
    },
    GradientCase("prelu", use: "of a number", [], [1], in: .awayFromZero) { $0[0].prelu($0[1]) },
  ]
}
