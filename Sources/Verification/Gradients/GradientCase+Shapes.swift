import Tensors

extension GradientCase {
  /// Operations on shapes, indices and images, and attention.
  static let shapes = parts + indexing + sums + upsampling + attention

  private static let parts = [
    GradientCase(
      "split",
      over: [
        [[5, 3]], [[5]], [[6]], [[5, 1]], [[6, 2]], [[5, 2, 2]], [[6, 1, 3]], [[5, 4]], [[6, 3]],
        [[5, 1, 2]],
      ]
    ) { x in
      let parts = x[0].split(2)
      return concatenate([parts[2] * 3, parts[0]])
    },
    GradientCase(
      "chunk",
      over: [
        [[4, 6]], [[1, 2]], [[2, 4]], [[3, 8]], [[1, 4]], [[2, 2]], [[5, 2]], [[2, 6, 1]],
        [[1, 2, 3]], [[3, 4]],
      ]
    ) { x in
      let parts = x[0].chunked(2, axis: 1)
      return parts[0] * parts[1]
    },
    GradientCase(
      "tile",
      over: [
        [[2, 3]], [[1]], [[4]], [[1, 1]], [[3, 2]], [[2, 1, 2]], [[1, 3, 1]], [[5, 1]],
        [[2, 2, 2]], [[1, 4]],
      ]
    ) { $0[0].tiled(2, 1, 3) },
    GradientCase("repeatInterleave", over: ShapeLists.matrices) {
      $0[0].repeatInterleaved(3, axis: 1)
    },
    GradientCase("flip", over: ShapeLists.volumes) { $0[0].flipped(0, 2) },
    GradientCase("matmul", use: "with flipped matrices", [3, 4], [4, 2]) {
      matmul($0[0].flipped(1), $0[1].flipped(0, 1))
    },
    GradientCase("roll", over: ShapeLists.matrices) { $0[0].rolled(by: 2, axis: 1) },
    GradientCase("tril", over: ShapeLists.volumes) { $0[0].tril(diagonal: 1) },
    GradientCase("triu", over: ShapeLists.matrices) { $0[0].triu(diagonal: -1) },
    GradientCase("maskedFill", over: ShapeLists.matrices) {
      $0[0].maskedFill(.eye($0[0].shape[0], $0[0].shape[1]), with: 2)
    },
    GradientCase("maskedFill", use: "with a larger mask", [4]) {
      $0[0].maskedFill(.eye(3, 4), with: 2)
    },
  ]

  private static let indexing = [
    GradientCase(
      "indexSelect",
      over: [
        [[3, 4, 2]], [[1, 4]], [[2, 5]], [[4, 4]], [[1, 6, 1]], [[2, 4, 3]], [[3, 5]], [[1, 7]],
        [[5, 4]], [[2, 8]],
      ]
    ) {
      $0[0].indexSelect(Tensor([3, 0, 3, 3, 1] as [Int32]), axis: 1)
    },
    GradientCase(
      "indexAdd", [3, 4], [3, 5],
      also: [
        [[1, 4], [1, 5]], [[2, 6], [2, 5]], [[5, 4], [5, 5]], [[2, 4, 2], [2, 5, 2]],
        [[1, 7], [1, 5]], [[4, 5], [4, 5]], [[3, 4, 1], [3, 5, 1]], [[2, 8], [2, 5]],
        [[1, 5, 3], [1, 5, 3]],
      ]
    ) {
      $0[0].indexAdd(Tensor([3, 0, 3, 3, 1] as [Int32]), $0[1], axis: 1)
    },
    GradientCase(
      "embedding",
      over: [
        [[4, 3]], [[4, 1]], [[5, 2]], [[6, 4]], [[4, 4]], [[7, 1]], [[8, 2]], [[5, 5]], [[4, 7]],
        [[9, 3]],
      ]
    ) {
      embedding(Tensor([3, 0, 3, 1], shape: [2, 2]).cast(to: .int32), $0[0])
    },
    GradientCase("indexSelect", use: "the gradient", [4, 3]) { x in
      // Its second derivative is that of the sine of what was selected.
      valueAndGradient(at: x[0]) { y in
        let rows = y[0].indexSelect(Tensor([3, 0, 3] as [Int32]))
        return (rows * rows * rows).sum()
      }.gradients[0]
    },
  ]

  private static let sums = [
    GradientCase(
      "einsum", use: "of a product", [3, 4], [4, 2],
      also: [
        [[1, 1], [1, 1]], [[1, 5], [5, 2]], [[2, 3], [3, 1]], [[5, 1], [1, 4]], [[2, 7], [7, 3]],
        [[4, 4], [4, 4]],
      ]
    ) { einsum("ij,jk->ki", $0) },
    GradientCase("einsum", use: "of a bilinear form", [3, 4], [2, 4, 3], [3, 3]) {
      einsum("ni,oij,nj->no", $0)
    },
    GradientCase("einsum", use: "of diagonals", [2, 3, 3], [3]) { einsum("bii,i->b", $0) },
    GradientCase("einsum", use: "of an outer product", [3], [2, 4]) { einsum("i,jk->kij", $0) },
  ]

  private static let upsampling: [GradientCase] =
    [
      ("nearest", .nearest), ("bilinear", .bilinear(alignsCorners: false)),
      ("bilinear with aligned corners", .bilinear(alignsCorners: true)),
    ].flatMap { (name: String, mode: Upsampling.Mode) in
      [
        GradientCase("upsample", use: "to more, \(name)", over: ShapeLists.images) {
          upsample($0[0], Upsampling(mode: mode, size: Pair(7, 8)))
        },
        GradientCase("upsample", use: "to less, \(name)", [1, 2, 7, 5]) {
          upsample($0[0], Upsampling(mode: mode, size: Pair(3, 2)))
        },
      ]
    }

  private static let attention = [
    GradientCase(
      "attention", [2, 3, 4], [2, 5, 4], [2, 5, 2],
      also: [
        [[1, 1, 1], [1, 1, 1], [1, 1, 1]], [[1, 3, 2], [1, 4, 2], [1, 4, 3]],
        [[3, 4], [3, 4], [3, 2]], [[2, 1, 3], [2, 2, 3], [2, 2, 1]],
        [[1, 5, 2], [1, 1, 2], [1, 1, 4]], [[2, 2, 2, 3], [2, 2, 3, 3], [2, 2, 3, 2]],
        [[3, 2, 2], [3, 2, 2], [3, 2, 2]],
      ]
    ) {
      scaledDotProductAttention($0[0], $0[1], $0[2])
    },
    GradientCase("attention", use: "causal", [2, 4, 3], [2, 4, 3], [2, 4, 2]) {
      scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: true)
    },
    GradientCase("attention", use: "with rows without keys", [4, 3], [3, 3], [3, 2]) {
      let mask = Tensor([1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1], shape: [4, 3])
      return scaledDotProductAttention($0[0], $0[1], $0[2], mask: mask, isCausal: true)
    },
  ]
}
