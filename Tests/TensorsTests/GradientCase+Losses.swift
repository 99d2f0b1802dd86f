import Tensors

extension GradientCase {
  static let losses = [
    GradientCase("smoothL1", [12], [12], in: .distinct) { $0[0].smoothL1($0[1] * 0.31, beta: 0.4) },
    GradientCase("huber", [12], [12], in: .distinct) { $0[0].huber($0[1] * 0.31, delta: 0.4) },
    GradientCase("binaryCrossEntropy", [3, 4], [3, 4]) {
      $0[0].binaryCrossEntropy($0[1], positiveWeight: nil)
    },
    GradientCase("binaryCrossEntropy with weights", [3, 4], [3, 4]) {
      $0[0].binaryCrossEntropy($0[1], positiveWeight: Tensor([0.5, 1, 2, 3]))
    },
    GradientCase("relativeEntropy", [3, 4], [3, 4], in: .positive) {
      $0[0].relativeEntropy($0[1], areLogarithms: false)
    },
    GradientCase("relativeEntropy of logarithms", [3, 4], [3, 4]) {
      $0[0].relativeEntropy($0[1], areLogarithms: true)
    },
    GradientCase("hinge", [6], in: .distinct) { $0[0].hinge(signs, margin: 0.55) },
    GradientCase("hingeEmbedding", [6], in: .distinct) {
      $0[0].hingeEmbedding(signs, margin: -0.55)
    },
    GradientCase("cosineEmbedding", [6], in: .distinct) {
      $0[0].cosineEmbedding(signs, margin: -0.55)
    },
    GradientCase("negative log-likelihood", [4, 3]) {
      let labels = Tensor([2, 0, -100, 1] as [Int32])
      let weights = LabelWeights(
        labels, classCount: 3, ignored: -100, classWeights: Tensor([0.5, 1, 2]))
      return weights.negative($0[0])
    },
  ]

  private static var signs: Tensor { Tensor([1, -1, 1, -1, -1, 1]) }
}
