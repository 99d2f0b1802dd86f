import Tensors

extension GradientCase {
  static let normalization = [
    GradientCase(
      "batchNorm", [5, 3], [3], [3],
      also: [
        [[4, 1], [1], [1]], [[6, 2], [2], [2]], [[4, 3, 2], [3], [3]], [[8, 1], [1], [1]],
        [[5, 4], [4], [4]], [[9, 2], [2], [2]], [[4, 1, 5], [1], [1]],
      ]
    ) {
      batchNorm($0[0], weight: $0[1], bias: $0[2]).output
    },
    GradientCase("batchNorm", use: "of images", [3, 2, 2, 3], [2], [2]) {
      batchNorm($0[0], weight: $0[1], bias: $0[2], epsilon: 0.1).output
    },
    GradientCase("batchNorm", use: "without weight", [6, 3]) { batchNorm($0[0]).output },
    GradientCase("batchNorm", use: "with constant statistics", [4, 3, 2], [3], [3]) {
      batchNorm(
        $0[0], mean: Tensor([0.1, -0.2, 0.3]), variance: Tensor([0.5, 1, 2]), weight: $0[1],
        bias: $0[2])
    },
    GradientCase("batchNorm", use: "with constant statistics, without weight", [4, 2]) {
      batchNorm($0[0], mean: Tensor([0.1, -0.2]), variance: Tensor([0.5, 1]))
    },
    GradientCase(
      "layerNorm", [3, 6], [6], [6],
      also: [
        [[1, 6], [6], [6]], [[2, 3, 6], [6], [6]], [[6], [6], [6]], [[5, 6], [6], [6]],
        [[1, 1, 6], [6], [6]], [[4, 6], [6], [6]], [[2, 2, 1, 6], [6], [6]],
      ]
    ) {
      layerNorm($0[0], over: [6], weight: $0[1], bias: $0[2])
    },
    GradientCase("layerNorm", use: "over two axes", [2, 3, 4], [3, 4]) {
      layerNorm($0[0], over: [3, 4], weight: $0[1])
    },
    GradientCase("layerNorm", use: "without weight", [3, 6]) { layerNorm($0[0], over: [6]) },
    GradientCase(
      "groupNorm", [2, 6, 3], [6], [6],
      also: [
        [[1, 2, 4], [2], [2]], [[2, 4, 3], [4], [4]], [[1, 6, 2, 2], [6], [6]],
        [[3, 2, 3], [2], [2]], [[1, 8, 3], [8], [8]], [[2, 4, 2, 2], [4], [4]],
        [[1, 10, 2], [10], [10]], [[4, 2, 5], [2], [2]],
      ]
    ) {
      groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2])
    },
    GradientCase("groupNorm", use: "of features", [2, 8], [8]) {
      groupNorm($0[0], groups: 2, weight: $0[1])
    },
    GradientCase(
      "instanceNorm", [2, 3, 6], [3], [3],
      also: [
        [[1, 1, 4], [1], [1]], [[1, 2, 5], [2], [2]], [[3, 1, 6], [1], [1]],
        [[2, 2, 2, 2], [2], [2]], [[1, 4, 3], [4], [4]], [[1, 1, 7], [1], [1]],
        [[2, 1, 3, 2], [1], [1]], [[1, 3, 2, 3], [3], [3]],
      ]
    ) {
      instanceNorm($0[0], weight: $0[1], bias: $0[2])
    },
    GradientCase("instanceNorm", use: "without weight", [2, 2, 3, 2]) { instanceNorm($0[0]) },
    GradientCase(
      "rmsNorm", [3, 6], [6],
      also: [
        [[6], [6]], [[1, 6], [6]], [[2, 6], [6]], [[5, 6], [6]], [[2, 2, 6], [6]],
        [[1, 1, 6], [6]], [[4, 6], [6]], [[3, 1, 6], [6]],
      ], in: .awayFromZero
    ) {
      rmsNorm($0[0], over: [6], weight: $0[1])
    },
    GradientCase("rmsNorm", use: "without weight", [2, 3, 2], in: .awayFromZero) {
      rmsNorm($0[0], over: [3, 2])
    },
  ]
}
