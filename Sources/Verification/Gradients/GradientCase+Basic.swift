import Backends
import Tensors

extension GradientCase {
  /// Arithmetic, products and what the first networks are made of.
  static let pointwise = [
    GradientCase("add", over: ShapeLists.broadcast) { $0[0] + $0[1] },
    GradientCase("subtract", over: ShapeLists.broadcast) { $0[0] - $0[1] },
    GradientCase("multiply", over: ShapeLists.broadcast) { $0[0] * $0[1] },
    GradientCase("divide", over: ShapeLists.broadcast, in: .positive) { $0[0] / $0[1] },
    GradientCase("add", use: "a number", [5]) { $0[0] + 2 },
    GradientCase("subtract", use: "a number", [5]) { $0[0] - 2 },
    GradientCase("subtract", use: "from a number", [5]) { 2 - $0[0] },
    GradientCase("multiply", use: "by a number", [5]) { $0[0] * 3 },
    GradientCase("divide", use: "by a number", [5]) { $0[0] / 3 },
    GradientCase("divide", use: "a number", [5], in: .positive) { 3 / $0[0] },
    GradientCase("negate", over: ShapeLists.any) { -$0[0] },
    GradientCase("exp", over: ShapeLists.any) { $0[0].exp() },
    GradientCase("log", over: ShapeLists.any, in: .positive) { $0[0].log() },
    GradientCase("sqrt", over: ShapeLists.any, in: .positive) { $0[0].sqrt() },
    GradientCase("abs", over: ShapeLists.any, in: .awayFromZero) { $0[0].abs() },
    GradientCase("sigmoid", over: ShapeLists.any) { $0[0].sigmoid() },
    GradientCase("tanh", over: ShapeLists.any) { $0[0].tanh() },
    GradientCase("relu", over: ShapeLists.any, in: .awayFromZero) { $0[0].relu() },
    GradientCase("leakyReLU", over: ShapeLists.any, in: .awayFromZero) {
      $0[0].leakyReLU(slope: 0.2)
    },
    GradientCase("power", over: ShapeLists.broadcast, in: .positive) { $0[0].power($0[1]) },
    GradientCase("power", use: "of a number", [5], in: .positive) { $0[0].power(2.5) },
    GradientCase("maximum", over: ShapeLists.broadcast, in: .distinct) {
      maximum($0[0], $0[1] * 0.5 + 0.03)
    },
    GradientCase("minimum", over: ShapeLists.broadcast, in: .distinct) {
      minimum($0[0], $0[1] * 0.5 + 0.03)
    },
    GradientCase(
      "where", [4], [3, 4], [3, 1],
      also: [
        [[], [2, 3], [3]], [[1], [1], [1]], [[2, 3], [2, 3], [2, 3]], [[4, 1], [1, 5], []],
        [[3], [2, 1, 3], [1]], [[5], [], [5]], [[2, 1, 2], [3, 1], [2]], [[6], [6], []],
        [[1, 4], [3, 1], [3, 4]],
      ], in: .awayFromZero
    ) {
      Tensor.where($0[0] .> 0, $0[1], $0[2])
    },
  ]

  static let reductions = [
    GradientCase("sum", over: ShapeLists.any) { $0[0].sum() },
    GradientCase("sum", use: "over axes", over: ShapeLists.volumes) { $0[0].sum(0, 2) },
    GradientCase("mean", over: ShapeLists.any) { $0[0].mean() },
    GradientCase("mean", use: "over an axis", over: ShapeLists.volumes) {
      $0[0].mean(-2, keepingAxes: true)
    },
    GradientCase("max", over: ShapeLists.any, in: .distinct) { $0[0].max() },
    GradientCase("max", use: "over an axis", over: ShapeLists.matrices, in: .distinct) {
      $0[0].max(1)
    },
  ]

  static let shaping = [
    GradientCase(
      "reshape",
      over: [
        [[3, 4]], [[12]], [[4, 3]], [[2, 6]], [[6, 2]], [[1, 12]], [[12, 1]], [[2, 2, 3]],
        [[3, 2, 2]], [[2, 3, 2]],
      ]
    ) { $0[0].reshaped([2, 6]) },
    GradientCase("permute", over: ShapeLists.volumes) { $0[0].permuted(2, 0, 1) },
    GradientCase("reshape", use: "after permute", [2, 3, 4]) {
      $0[0].permuted(1, 0, 2).reshaped([6, 4])
    },
    GradientCase(
      "broadcast",
      over: [
        [[3, 1]], [[1]], [[]], [[4]], [[1, 4]], [[3, 4]], [[2, 1, 1]], [[1, 3, 1]], [[2, 3, 1]],
        [[2, 1, 4]],
      ]
    ) { $0[0].broadcast(to: [2, 3, 4]) },
    GradientCase(
      "slice",
      over: [
        [[4, 5]], [[1, 3]], [[2, 4]], [[3, 3]], [[5, 6]], [[1, 7]], [[2, 3, 2]], [[3, 4, 1]],
        [[1, 5, 2]], [[2, 8]],
      ]
    ) { $0[0].slice(1..<3, axis: 1) },
    GradientCase(
      "subscript",
      over: [
        [[4, 5]], [[3]], [[5]], [[3, 1]], [[3, 2, 2]], [[6, 3]], [[4, 1, 2]], [[7]], [[3, 4]],
        [[8, 2]],
      ]
    ) { $0[0][2] },
    GradientCase(
      "pad",
      over: [
        [[2, 3]], [[1]], [[4]], [[1, 1]], [[3, 2]], [[2, 2, 2]], [[5, 1]], [[1, 6]], [[2, 1, 3]],
        [[1, 2, 1, 2]],
      ]
    ) { $0[0].padded(axis: -1, before: 2, after: 1, with: 5) },
    GradientCase(
      "concatenate", [2, 3], [2, 1], [2, 2],
      also: [
        [[1, 1], [1, 1]], [[2, 3]], [[3, 1], [3, 4]], [[1, 5], [1, 2], [1, 1]],
        [[2, 2, 3], [2, 1, 3]], [[4, 2], [4, 2]], [[1, 1, 2], [1, 3, 2]],
        [[2, 1], [2, 1], [2, 1], [2, 1]], [[3, 3], [3, 1]],
      ]
    ) { concatenate($0, axis: 1) },
    GradientCase(
      "stack", [2, 3], [2, 3],
      also: [
        [[1], [1]], [[4], [4], [4]], [[3, 1], [3, 1]], [[1, 4], [1, 4]], [[2, 1, 2], [2, 1, 2]],
        [[5], [5]], [[3, 3], [3, 3]], [[2, 2], [2, 2], [2, 2]], [[6]],
      ]
    ) { stack($0, axis: 1) },
  ]

  static let products = [
    GradientCase(
      "matmul", [3, 4], [4, 2],
      also: [
        [[1, 1], [1, 1]], [[1, 5], [5, 1]], [[5, 1], [1, 3]], [[2, 7], [7, 2]], [[4, 4], [4, 4]],
        [[6, 2], [2, 5]],
      ]
    ) { matmul($0[0], $0[1]) },
    GradientCase("matmul", use: "of vectors", [4], [4]) { matmul($0[0], $0[1]) },
    GradientCase("matmul", use: "of batches", [2, 1, 3, 4], [3, 4, 2]) { matmul($0[0], $0[1]) },
    GradientCase("matmul", use: "with a transpose", [3, 4], [2, 4]) {
      matmul($0[0], $0[1].transposed())
    },
    GradientCase("matmul", use: "of a batch and a matrix", [2, 3, 4], [4, 2]) {
      matmul($0[0], $0[1])
    },
  ]

  static let networks = [
    GradientCase(
      "conv2d", [2, 2, 5, 4], [3, 2, 3, 2], [3],
      also: [
        [[1, 1, 1, 1], [1, 1, 1, 1], [1]], [[1, 1, 3, 3], [2, 1, 3, 3], [2]],
        [[2, 1, 4, 5], [1, 1, 1, 3], [1]], [[1, 3, 3, 4], [2, 3, 2, 1], [2]],
      ]
    ) { conv2d($0[0], $0[1], bias: $0[2]) },
    GradientCase("conv2d", use: "strided, padded, dilated", [1, 2, 8, 7], [2, 2, 3, 2], [2]) {
      conv2d(
        $0[0], $0[1], bias: $0[2],
        Convolution(stride: Pair(2, 1), padding: Pair(1, 2), dilation: Pair(1, 2)))
    },
    GradientCase("conv2d", use: "in groups", [2, 4, 4, 4], [6, 2, 3, 3]) {
      conv2d($0[0], $0[1], Convolution(padding: 1, groups: 2))
    },
    GradientCase(
      "maxPool2d", [2, 2, 5, 5],
      also: [[[1, 1, 3, 3]], [[1, 1, 4, 7]], [[1, 3, 3, 4]], [[2, 1, 6, 3]], [[1, 2, 7, 7]]],
      in: .distinct
    ) {
      maxPool2d($0[0], Pooling(window: 3, stride: 2))
    },
    GradientCase(
      "maxPool2d", use: "padded", [1, 2, 4, 5], also: [[[1, 1, 2, 3]], [[2, 1, 5, 2]]],
      in: .distinct
    ) {
      maxPool2d($0[0], Pooling(window: Pair(3, 2), stride: 1, padding: 1))
    },
    GradientCase(
      "averagePool2d", [2, 2, 5, 6],
      also: [
        [[1, 1, 1, 1]], [[1, 1, 2, 3]], [[2, 1, 3, 4]], [[1, 3, 4, 2]], [[1, 1, 6, 5]],
        [[1, 2, 2, 7]], [[3, 1, 3, 3]],
      ]
    ) {
      averagePool2d($0[0], Pooling(window: Pair(2, 3), stride: Pair(1, 2), padding: 1))
    },
    GradientCase("softmax", over: ShapeLists.matrices) { $0[0].softmax() },
    GradientCase("softmax", use: "over the first axis", [3, 5]) { $0[0].softmax(axis: 0) },
    GradientCase("logSoftmax", over: ShapeLists.matrices) { $0[0].logSoftmax() },
    GradientCase("softmaxCrossEntropy", over: ShapeLists.matrices) { x in
      let labels = (0..<x[0].shape[0]).map { Int32(2 * $0 % x[0].shape[1]) }
      return softmaxCrossEntropy(x[0], Tensor(labels))
    },
    GradientCase(
      "gatherRows",
      over: [
        [[4, 3]], [[4, 1]], [[5, 2]], [[6, 4]], [[4, 4]], [[7, 1]], [[8, 2]], [[5, 5]], [[4, 7]],
        [[9, 3]],
      ]
    ) {
      $0[0].gatherRows(Tensor([3, 0, 3, 3, 1] as [Int32]))
    },
    GradientCase(
      "dropout",
      over: [
        [[40]], [[5]], [[1]], [[3, 4]], [[7]], [[2, 3, 2]], [[6, 5]], [[1, 33]], [[10, 1]],
        [[2, 2, 2, 2]],
      ]
    ) { x in
      // The same place of the stream at each call, so that the mask stays.
      Random.with(RandomState(seed: 3)) { x[0].dropout(rate: 0.4) }
    },
    GradientCase("multiply", use: "an input used twice", [4]) { $0[0] * $0[0].tanh() + $0[0] },
  ]
}
