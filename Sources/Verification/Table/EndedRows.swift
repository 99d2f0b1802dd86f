import Backends

/// Rows for convolutions and products that end with other operations, which a device may carry out in
/// one: a factor for each row, a residual and the rectifier.
enum EndedRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    [
      ConformanceRow(
        .convolve, "with a residual and a rectifier", ConvolutionRows.bound,
        convolutions.map(convolution)),
      ConformanceRow(
        .convolutionDataGradient, "with a residual and a rectifier", ConvolutionRows.bound,
        convolutions.map(dataGradient)),
      ConformanceRow(
        .matrixProduct, "with a residual and a rectifier", .reordered, products.map(product)),
    ]
      + [.tf32, .bf16].map {
        ConformanceRow(
          .matrixProduct, "with a residual and a rectifier", .roundedSums($0),
          products.map(product), in: $0)
      }
  }

  private static let convolutions = [
    ConvolutionRows.Use(images: [2, 3, 9, 11], filter: [4, 3, 2, 3]),
    ConvolutionRows.Use(
      images: [2, 5, 9, 13], filter: [7, 5, 3, 3], convolution: Convolution(padding: 1)),
    ConvolutionRows.Use(images: [1, 2, 16, 16], filter: [3, 2, 1, 1]),
    ConvolutionRows.Use(
      images: [2, 4, 9, 8], filter: [6, 2, 3, 3],
      convolution: Convolution(stride: 2, padding: 1, groups: 2)),
    // Pixels that no window reaches.
    ConvolutionRows.Use(
      images: [1, 3, 9, 9], filter: [2, 3, 2, 2], convolution: Convolution(stride: 5)),
  ]

  /// Batch, m, n, k.
  private static let products = [
    (1, 1, 1, 1), (3, 2, 5, 7), (1, 17, 19, 23), (2, 33, 31, 9), (1, 3, 65, 33), (1, 65, 3, 33),
  ]

  private static let end = PointwiseExpression(.float32, .float32, .float32) { f in
    (f.input(1) * f.input(0) + f.input(2)).combined(.maximum, with: f.constant(0))
  }
  private static let identity = PointwiseExpression(.float32) { $0.input(0) }

  private static func convolution(_ use: ConvolutionRows.Use) -> ConformanceCase {
    ended(
      use.result, [.input(use.images, .biased), .input(use.filter, .biased)],
      detail: use.convolution.summary, terms: use.filter[1] * use.filter[2] * use.filter[3]
    ) { try $0.convolve($1[0], $1[1], bias: nil, use.convolution, to: $2) }
  }

  private static func dataGradient(_ use: ConvolutionRows.Use) -> ConformanceCase {
    ended(
      use.images, [.input(use.result, .biased), .input(use.filter, .biased)],
      detail: use.convolution.summary,
      terms: use.filter[0] / use.convolution.groups * use.filter[2] * use.filter[3]
    ) { try $0.convolutionDataGradient($1[0], $1[1], use.convolution, to: $2) }
  }

  private static func product(_ batch: Int, _ m: Int, _ n: Int, _ k: Int) -> ConformanceCase {
    ended(
      [batch, m, n], [.input([batch, m, k], .biased), .input([batch, k, n], .biased)], terms: k
    ) { try $0.matrixProduct($1[0], $1[1], to: $2) }
  }

  private static func ended(
    _ shape: Shape, _ operands: [Operand], detail: String = "", terms: Int,
    _ compute:
      @escaping @Sendable (_ backend: any Backend, _ operands: [StridedArray], StridedArray) throws
      -> Void
  ) -> ConformanceCase {
    let others: [Operand] = [
      .input([shape[1]], .biased), .input(shape, .signed), .result(shape),
    ]
    let rows = Layout(shape, strides: shape.indices.map { $0 == 1 ? 1 : 0 }, offset: 0)
    return ConformanceCase(operands + others, detail: detail, terms: terms + 1) { backend, arrays in
      func temporary() throws -> StridedArray {
        StridedArray(
          try backend.allocate(byteCount: shape.count * DType.float32.byteWidth), .float32,
          Layout(shape))
      }
      let count = operands.count
      let ended = try temporary()
      do {
        // Not needed by anybody else.
        let sums = try temporary()
        try compute(backend, Array(arrays[..<count]), sums)
        let inputs = [sums, arrays[count].with(rows), arrays[count + 1]]
        try backend.pointwise(end, scalars: [], inputs, to: ended)
      }
      try backend.pointwise(identity, scalars: [], [ended], to: arrays[count + 2])
    }
  }
}
