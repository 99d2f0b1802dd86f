import Tensors

extension GradientCase {
  /// Functions and activations.
  static let activations = [
    GradientCase("sin", [5]) { $0[0].sin() },
    GradientCase("cos", [5]) { $0[0].cos() },
    GradientCase("expm1", [5]) { $0[0].expm1() },
    GradientCase("log1p", [5], in: .positive) { $0[0].log1p() },
    GradientCase("erf", [5]) { $0[0].erf() },
    GradientCase("reciprocal", [5], in: .positive) { $0[0].reciprocal() },
    GradientCase("rsqrt", [5], in: .positive) { $0[0].rsqrt() },
    GradientCase("elu", [8], in: .awayFromZero) { $0[0].elu(alpha: 0.7) },
    GradientCase("selu", [8], in: .awayFromZero) { $0[0].selu() },
    GradientCase("gelu", [8]) { ($0[0] * 2).gelu() },
    GradientCase("gelu by tanh", [8]) { ($0[0] * 2).gelu(approximation: .tanh) },
    GradientCase("silu", [8]) { ($0[0] * 2).silu() },
    GradientCase("softplus", [8]) { $0[0].softplus() },
    GradientCase("softplus above its threshold", [8], in: .positive) {
      $0[0].softplus(beta: 10, threshold: 4)
    },
    GradientCase("softsign", [8], in: .awayFromZero) { $0[0].softsign() },
    // The multiples of 0.1 of the domain, as multiples of 0.7, meet no corner.
    GradientCase("hardsigmoid", [11], in: .distinct) { ($0[0] * 7 + 0.35).hardsigmoid() },
    GradientCase("hardswish", [11], in: .distinct) { ($0[0] * 7 + 0.35).hardswish() },
    GradientCase("hardtanh", [11], in: .distinct) { ($0[0] + 0.05).hardtanh(min: -0.5, max: 0.3) },
    GradientCase("relu6", [11], in: .distinct) { ($0[0] * 10 + 0.5).relu6() },
    GradientCase("clamp", [11], in: .distinct) { ($0[0] + 0.05).clamp(min: -0.5) },
    GradientCase("prelu", [2, 3, 4], [3], in: .awayFromZero) { $0[0].prelu($0[1]) },
    GradientCase("prelu of one slope", [2, 3], [1], in: .awayFromZero) { $0[0].prelu($0[1]) },
    GradientCase("prelu of a number", [], [1], in: .awayFromZero) { $0[0].prelu($0[1]) },
  ]
}
