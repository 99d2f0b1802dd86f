import Tensors

extension GradientCase {
  static let normalization = [
    GradientCase("batchNorm", [5, 3], [3], [3]) {
      batchNorm($0[0], weight: $0[1], bias: $0[2]).output
    },
    GradientCase("batchNorm of images", [3, 2, 2, 3], [2], [2]) {
      batchNorm($0[0], weight: $0[1], bias: $0[2], epsilon: 0.1).output
    },
    GradientCase("batchNorm without weight", [6, 3]) { batchNorm($0[0]).output },
    GradientCase("batchNorm with constant statistics", [4, 3, 2], [3], [3]) {
      batchNorm(
        $0[0], mean: Tensor([0.1, -0.2, 0.3]), variance: Tensor([0.5, 1, 2]), weight: $0[1],
        bias: $0[2])
    },
    GradientCase("batchNorm with constant statistics, without weight", [4, 2]) {
      batchNorm($0[0], mean: Tensor([0.1, -0.2]), variance: Tensor([0.5, 1]))
    },
    GradientCase("layerNorm", [3, 6], [6], [6]) {
      layerNorm($0[0], over: [6], weight: $0[1], bias: $0[2])
    },
    GradientCase("layerNorm over two axes", [2, 3, 4], [3, 4]) {
      layerNorm($0[0], over: [3, 4], weight: $0[1])
    },
    GradientCase("layerNorm without weight", [3, 6]) { layerNorm($0[0], over: [6]) },
    GradientCase("groupNorm", [2, 6, 3], [6], [6]) {
      groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2])
    },
    GradientCase("groupNorm of features", [2, 8], [8]) {
      groupNorm($0[0], groups: 2, weight: $0[1])
    },
    GradientCase("instanceNorm", [2, 3, 6], [3], [3]) {
      instanceNorm($0[0], weight: $0[1], bias: $0[2])
    },
    GradientCase("instanceNorm without weight", [2, 2, 3, 2]) { instanceNorm($0[0]) },
    GradientCase("rmsNorm", [3, 6], [6], in: .awayFromZero) {
      rmsNorm($0[0], over: [6], weight: $0[1])
    },
    GradientCase("rmsNorm without weight", [2, 3, 2], in: .awayFromZero) {
      rmsNorm($0[0], over: [3, 2])
    },
  ]
}
