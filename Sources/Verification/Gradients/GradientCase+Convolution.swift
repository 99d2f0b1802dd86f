import Tensors

extension GradientCase {
  /// Convolutions, borders, columns and pooling.
  static let convolutions = variants + borders + pools + secondDerivatives

  private static let variants = [
    GradientCase(
      "conv1d", [2, 2, 9], [4, 1, 3], [4],
      also: [
        [[1, 2, 5], [2, 1, 3], [2]], [[2, 4, 7], [4, 2, 3], [4]], [[1, 2, 6], [4, 1, 1], [4]],
        [[3, 2, 4], [2, 1, 2], [2]], [[1, 4, 8], [2, 2, 4], [2]], [[1, 2, 11], [6, 1, 3], [6]],
        [[2, 2, 5], [2, 1, 1], [2]], [[1, 6, 5], [2, 3, 2], [2]],
      ]
    ) {
      conv1d($0[0], $0[1], bias: $0[2], stride: 2, padding: 1, dilation: 2, groups: 2)
    },
    GradientCase("conv1d", use: "with mirrored edges", [1, 2, 6], [2, 2, 4]) {
      conv1d($0[0], $0[1], padding: .same, mode: .symmetric)
    },
    GradientCase("conv2d", use: "of the same size", [1, 2, 5, 4], [2, 2, 2, 3]) {
      conv2d($0[0], $0[1], padding: .same)
    },
    GradientCase("conv2d", use: "on a torus", [1, 1, 4, 5], [2, 1, 3, 3], [2]) {
      conv2d(
        $0[0], $0[1], bias: $0[2], Convolution(stride: Pair(1, 2)), padding: .edges(1),
        mode: .circular)
    },
    GradientCase(
      "convTranspose2d", [2, 2, 3, 4], [2, 3, 3, 2], [3],
      also: [
        [[1, 1, 2, 2], [1, 1, 2, 2], [1]], [[1, 2, 1, 3], [2, 1, 3, 1], [1]],
        [[2, 1, 2, 1], [1, 2, 2, 3], [2]], [[1, 3, 2, 2], [3, 2, 3, 3], [2]],
        [[1, 1, 3, 3], [1, 3, 2, 1], [3]], [[1, 2, 4, 1], [2, 2, 2, 2], [2]],
        [[3, 1, 1, 2], [1, 1, 3, 2], [1]], [[1, 2, 2, 4], [2, 1, 4, 3], [1]],
      ]
    ) {
      convTranspose2d(
        $0[0], $0[1], bias: $0[2],
        TransposedConvolution(stride: Pair(2, 3), padding: Pair(1, 0), outputPadding: Pair(1, 2)))
    },
    GradientCase("convTranspose2d", use: "in groups", [1, 4, 3, 2], [4, 1, 2, 3]) {
      convTranspose2d(
        $0[0], $0[1], TransposedConvolution(outputPadding: Pair(1, 0), dilation: 2, groups: 2))
    },
    GradientCase(
      "conv3d", [1, 2, 4, 4, 3], [2, 2, 2, 3, 2], [2],
      also: [
        [[1, 1, 2, 2, 2], [1, 1, 1, 1, 1], [1]], [[1, 1, 2, 3, 2], [2, 1, 2, 2, 2], [2]],
        [[2, 1, 1, 3, 2], [1, 1, 3, 1, 2], [1]], [[1, 2, 2, 2, 3], [1, 2, 1, 2, 1], [1]],
        [[1, 1, 3, 3, 3], [1, 1, 3, 3, 3], [1]], [[1, 3, 2, 2, 1], [2, 3, 2, 1, 2], [2]],
        [[1, 1, 1, 4, 2], [3, 1, 2, 3, 1], [3]], [[2, 2, 2, 2, 2], [2, 2, 2, 2, 2], [2]],
      ]
    ) {
      conv3d($0[0], $0[1], bias: $0[2], Convolution3D(padding: Triple(1, 0, 1)))
    },
    GradientCase("conv3d", use: "in groups, strided, dilated", [1, 2, 6, 4, 4], [2, 1, 2, 2, 2]) {
      conv3d(
        $0[0], $0[1],
        Convolution3D(stride: Triple(2, 1, 2), dilation: Triple(3, 1, 1), groups: 2))
    },
    GradientCase(
      "unfold",
      over: [
        [[1, 2, 6, 5]], [[1, 1, 1, 3]], [[1, 2, 2, 3]], [[2, 1, 4, 4]], [[1, 3, 3, 5]],
        [[2, 2, 5, 3]], [[1, 1, 7, 4]], [[1, 1, 3, 7]], [[3, 1, 2, 4]], [[1, 2, 8, 3]],
      ]
    ) {
      unfold(
        $0[0], kernel: Pair(3, 2),
        Convolution(stride: Pair(2, 1), padding: Pair(1, 0), dilation: Pair(1, 2)))
    },
    GradientCase(
      "fold",
      over: [
        [[2, 8, 9]], [[1, 4, 9]], [[3, 4, 9]], [[1, 8, 9]], [[1, 12, 9]], [[2, 4, 9]],
        [[1, 16, 9]], [[2, 12, 9]], [[4, 4, 9]], [[1, 20, 9]],
      ]
    ) {
      fold(
        $0[0], output: Pair(5, 4), kernel: 2, Convolution(stride: Pair(2, 1), padding: Pair(1, 0)))
    },
    GradientCase(
      "localResponseNormalization",
      over: [
        [[2, 5, 3]], [[1, 1, 1]], [[2, 3, 1]], [[1, 4, 2]], [[3, 2, 1]], [[2, 6, 1]],
        [[1, 3, 2, 2]],
        [[4, 1, 3]], [[2, 2, 2, 1]], [[1, 7, 1]],
      ]
    ) {
      localResponseNormalization($0[0], size: 3, alpha: 0.9)
    },
  ]

  private static let borders = [
    GradientCase("pad", use: "reflect", [2, 4, 3]) {
      $0[0].padded(Edges(top: 3, bottom: 1, left: 2, right: 2), mode: .reflect)
    },
    GradientCase("pad", use: "symmetric", [2, 3, 3]) {
      $0[0].padded(Edges(top: 3, bottom: 1, left: 0, right: 2), mode: .symmetric)
    },
    GradientCase("pad", use: "replicate", [2, 3, 2]) {
      $0[0].padded(Edges(top: 5, bottom: 1, left: 0, right: 3), mode: .replicate)
    },
    GradientCase("pad", use: "circular", [3, 4]) {
      $0[0].padded(Edges(top: 3, bottom: 1, left: 0, right: 4), mode: .circular)
    },
  ]

  private static let pools = [
    GradientCase("maxPool2d", use: "in ceil mode", [1, 2, 6, 5], in: .distinct) {
      maxPool2d($0[0], Pooling(window: Pair(3, 2), stride: 2, ceilMode: true))
    },
    GradientCase("averagePool2d", use: "in ceil mode without padding", [1, 2, 6, 5]) {
      averagePool2d(
        $0[0], Pooling(window: 3, stride: 2, padding: 1, ceilMode: true, countsPadding: false))
    },
    GradientCase("averagePool1d", over: ShapeLists.signals) {
      averagePool1d($0[0], window: 3, stride: 2, padding: 1, ceilMode: true)
    },
    GradientCase("maxPool1d", over: ShapeLists.signals, in: .distinct) {
      maxPool1d($0[0], window: 3, stride: 2)
    },
    GradientCase("adaptiveAveragePool2d", over: ShapeLists.images) {
      adaptiveAveragePool2d($0[0], Pair(3, 6))
    },
    GradientCase("adaptiveMaxPool2d", over: ShapeLists.images, in: .distinct) {
      adaptiveMaxPool2d($0[0], Pair(3, 2))
    },
    GradientCase(
      "globalAveragePool",
      over: [
        [[2, 3, 2, 2]], [[1, 1, 1]], [[2, 2, 5]], [[1, 3, 4]], [[2, 1, 2, 3]], [[1, 2, 1, 1]],
        [[3, 1, 6]], [[1, 1, 3, 3]], [[1, 2, 2, 2, 2]], [[2, 4, 1]],
      ]
    ) { globalAveragePool($0[0]) },
    GradientCase(
      "globalMaxPool",
      over: [
        [[2, 3, 2, 2]], [[1, 1, 1]], [[2, 2, 5]], [[1, 3, 4]], [[2, 1, 2, 3]], [[1, 2, 1, 1]],
        [[3, 1, 6]], [[1, 1, 3, 3]], [[1, 2, 2, 2, 2]], [[2, 4, 1]],
      ], in: .distinct
    ) { globalMaxPool($0[0]) },
    GradientCase("lpPool2d", over: ShapeLists.images, in: .positive) {
      lpPool2d($0[0], norm: 3, window: 2, ceilMode: true)
    },
    GradientCase("lpPool1d", over: ShapeLists.signals, in: .awayFromZero) {
      lpPool1d($0[0], norm: 2, window: 3, stride: 1)
    },
  ]

  /// Gradients of gradients: the function is itself a gradient, of a sum of squares.
  private static let secondDerivatives = [
    GradientCase("conv2d", use: "the data gradient", [1, 2, 4, 4], [2, 2, 3, 2]) {
      gradient(0, of: $0) { squares(conv2d($0[0], $0[1], Convolution(stride: 2, padding: 1))) }
    },
    GradientCase("conv2d", use: "the filter gradient", [1, 2, 4, 4], [2, 1, 3, 2]) {
      gradient(1, of: $0) { squares(conv2d($0[0], $0[1], Convolution(groups: 2))) }
    },
    GradientCase("averagePool2d", use: "the gradient", [1, 2, 4, 5]) {
      gradient(0, of: $0) { squares(averagePool2d($0[0], Pooling(window: 3, stride: 2))) }
    },
    GradientCase("unfold", use: "the gradient", [1, 1, 4, 4]) {
      gradient(0, of: $0) { squares(unfold($0[0], kernel: 2)) }
    },
  ]

  private static func squares(_ x: Tensor) -> Tensor { (x * x).sum() }

  private static func gradient(
    _ number: Int, of x: [Tensor], _ function: ([Tensor]) -> Tensor
  ) -> Tensor {
    differentiate(at: x) { function($0) }.gradients[number] ?? x[number]
  }
}
