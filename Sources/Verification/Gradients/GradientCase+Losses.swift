import Tensors

extension GradientCase {
  static let losses = [
    GradientCase("smoothL1", over: ShapeLists.pairs, in: .distinct) {
      $0[0].smoothL1($0[1] * 0.31, beta: 0.4)
    },
    GradientCase("huber", over: ShapeLists.pairs, in: .distinct) {
      $0[0].huber($0[1] * 0.31, delta: 0.4)
    },
    GradientCase("binaryCrossEntropy", over: ShapeLists.pairs) {
      $0[0].binaryCrossEntropy($0[1], positiveWeight: nil)
    },
    GradientCase("binaryCrossEntropy", use: "with weights", [3, 4], [3, 4]) {
      $0[0].binaryCrossEntropy($0[1], positiveWeight: Tensor([0.5, 1, 2, 3]))
    },
    GradientCase("relativeEntropy", over: ShapeLists.pairs, in: .positive) {
      $0[0].relativeEntropy($0[1], areLogarithms: false)
    },
    GradientCase("relativeEntropy", use: "of logarithms", [3, 4], [3, 4]) {
      $0[0].relativeEntropy($0[1], areLogarithms: true)
    },
    GradientCase("hinge", over: ShapeLists.any, in: .distinct) {
      $0[0].hinge(signs($0[0].shape), margin: 0.55)
    },
    GradientCase("hingeEmbedding", over: ShapeLists.any, in: .distinct) {
      $0[0].hingeEmbedding(signs($0[0].shape), margin: -0.55)
    },
    GradientCase("cosineEmbedding", over: ShapeLists.any, in: .distinct) {
      $0[0].cosineEmbedding(signs($0[0].shape), margin: -0.55)
    },
    GradientCase("negativeLogLikelihood", over: ShapeLists.matrices) {
      let (samples, classes) = ($0[0].shape[0], $0[0].shape[1])
      // The third sample does not count.
      let labels = (0..<samples).map { $0 == 2 ? -100 : Int32(($0 + 1) % classes) }
      let weights = LabelWeights(
        Tensor(labels), classCount: classes, ignored: -100,
        classWeights: Tensor((0..<classes).map { 0.5 * Float($0 + 1) }))
      return weights.negative($0[0])
    },
  ]

  /// Both signs, not in turn.
  private static func signs(_ shape: Shape) -> Tensor {
    Tensor((0..<shape.count).map { $0 % 3 == 1 ? -1 : 1 }, shape: shape)
  }
}
