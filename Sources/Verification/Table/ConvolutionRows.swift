import Backends

/// Rows for convolutions and both of their gradients.
enum ConvolutionRows {
  /// A convolution of images with a filter.
  struct Use: Sendable {
    var images: Shape
    var filter: Shape
    var convolution = Convolution()

    /// The shape of the result.
    var result: Shape {
      switch convolution.outputShape(images: images, filter: filter) {
      case .success(let shape): shape
      case .failure(let mismatch): misuse("conformance table: \(mismatch)")
      }
    }
  }

  /// Transforms such as Winograd's (Lavin, Gray 2016) trade products for sums that cancel.
  static let bound = Bound.sums(
    factor: transforming, because: "backends may transform images and filters before they multiply")
  private static let transforming = 4.0

  static func all(_ scale: Scale) -> [ConformanceRow] {
    families(scale).flatMap { rows($0, $1, bound) }
      + [.tf32, .bf16].flatMap { (precision: MatrixPrecision) in
        let bound = Bound.roundedSums(precision, factor: transforming)
        return [("any size", sizes(scale)), (stepsName, steps), ("groups", groups(scale))].flatMap {
          rows($0, $1, bound, in: precision)
        }
      }
  }

  private static func rows(
    _ name: String, _ uses: [Use], _ bound: Bound, in precision: MatrixPrecision = .float32
  ) -> [ConformanceRow] {
    [
      ConformanceRow(
        .convolve, name, bound,
        uses.flatMap { [forward($0, biased: true), forward($0, biased: false)] }, in: precision),
      ConformanceRow(
        .convolutionDataGradient, name, bound, uses.map(dataGradient), in: precision),
      ConformanceRow(
        .convolutionFilterGradient, name, bound, uses.map(filterGradient), in: precision),
    ]
  }

  private static func families(_ scale: Scale) -> [(String, [Use])] {
    [
      ("any size", sizes(scale)), ("1×1", pointwise(scale)), ("3×3", threes(scale)),
      (stepsName, steps), ("groups", groups(scale)), ("no elements", empty),
    ]
  }

  private static func sizes(_ scale: Scale) -> [Use] {
    [
      Use(images: [1, 1, 1, 1], filter: [1, 1, 1, 1]),
      Use(images: [1, 1, 5, 5], filter: [1, 1, 5, 5]),
      Use(images: [2, 3, 7, 5], filter: [4, 3, 2, 3]),
      Use(images: [3, 2, 9, 8], filter: [5, 2, 5, 5]),
      Use(images: [1, 5, 4, 17], filter: [3, 5, 1, 7]),
      Use(images: [1, 3, 11, 2], filter: [2, 3, 4, 1]),
    ]
      + scale.including(
        from: .standard,
        [
          Use(images: [4, 1, 28, 28], filter: [20, 1, 5, 5]),
          Use(images: [4, 20, 12, 12], filter: [50, 20, 5, 5]),
          Use(
            images: [2, 3, 65, 65], filter: [16, 3, 7, 7],
            convolution: Convolution(stride: 2, padding: 3)),
        ])
  }

  private static func pointwise(_ scale: Scale) -> [Use] {
    [
      Use(images: [2, 3, 5, 7], filter: [4, 3, 1, 1]),
      Use(images: [1, 17, 3, 3], filter: [19, 17, 1, 1]),
      Use(
        images: [2, 3, 7, 6], filter: [4, 3, 1, 1],
        convolution: Convolution(stride: Pair(2, 3))),
      Use(images: [1, 2, 3, 4], filter: [3, 2, 1, 1], convolution: Convolution(padding: 1)),
    ]
      + scale.including(
        from: .standard, [Use(images: [3, 64, 14, 14], filter: [33, 64, 1, 1])])
  }

  private static func threes(_ scale: Scale) -> [Use] {
    let same = Convolution(padding: 1)
    return [
      Use(images: [1, 1, 3, 3], filter: [1, 1, 3, 3]),
      Use(images: [2, 3, 5, 7], filter: [4, 3, 3, 3], convolution: same),
      Use(images: [1, 4, 6, 6], filter: [8, 4, 3, 3]),
      Use(images: [2, 5, 9, 3], filter: [3, 5, 3, 3], convolution: same),
    ]
      + scale.including(
        from: .standard,
        [
          Use(images: [2, 16, 32, 32], filter: [16, 16, 3, 3], convolution: same),
          Use(images: [3, 33, 13, 15], filter: [65, 33, 3, 3], convolution: same),
        ])
      + scale.including(
        from: .full, [Use(images: [2, 64, 8, 8], filter: [64, 64, 3, 3], convolution: same)])
  }

  private static let stepsName = "stride, padding and dilation"
  private static let steps = [
    Use(images: [2, 3, 9, 11], filter: [4, 3, 3, 3], convolution: Convolution(stride: 2)),
    Use(
      images: [2, 3, 8, 10], filter: [4, 3, 3, 2],
      convolution: Convolution(stride: Pair(3, 2), padding: Pair(2, 1))),
    Use(
      images: [1, 2, 9, 9], filter: [3, 2, 3, 3],
      convolution: Convolution(padding: 2, dilation: 2)),
    Use(
      images: [1, 2, 12, 7], filter: [3, 2, 2, 3],
      convolution: Convolution(stride: 2, padding: Pair(0, 3), dilation: Pair(3, 2))),
    // Rows and columns at the end that no window reaches.
    Use(images: [1, 2, 10, 10], filter: [2, 2, 3, 3], convolution: Convolution(stride: 4)),
    // More padding than kernel: windows that hold nothing of the image.
    Use(images: [1, 2, 3, 3], filter: [2, 2, 2, 2], convolution: Convolution(padding: 4)),
    // Strides larger than the kernel: pixels that no window reaches.
    Use(images: [1, 1, 9, 9], filter: [2, 1, 2, 2], convolution: Convolution(stride: 5)),
  ]

  private static func groups(_ scale: Scale) -> [Use] {
    [
      Use(images: [2, 4, 5, 5], filter: [6, 2, 3, 3], convolution: Convolution(groups: 2)),
      // Depthwise, once and twice over.
      Use(
        images: [2, 5, 6, 7], filter: [5, 1, 3, 3],
        convolution: Convolution(padding: 1, groups: 5)),
      Use(
        images: [1, 3, 8, 8], filter: [6, 1, 3, 3],
        convolution: Convolution(stride: 2, padding: 1, groups: 3)),
      Use(images: [2, 6, 4, 4], filter: [9, 2, 1, 1], convolution: Convolution(groups: 3)),
    ]
      + scale.including(
        from: .standard,
        [
          Use(
            images: [2, 32, 14, 14], filter: [32, 1, 3, 3],
            convolution: Convolution(padding: 1, groups: 32))
        ])
  }

  private static let empty = [
    Use(images: [0, 3, 5, 5], filter: [4, 3, 3, 3]),
    Use(images: [2, 3, 5, 5], filter: [0, 3, 3, 3]),
    Use(images: [2, 0, 5, 5], filter: [4, 0, 3, 3]),
  ]

  static func forward(_ use: Use, biased: Bool) -> ConformanceCase {
    let bias: [Operand] = biased ? [.input([use.filter[0]], .signed)] : []
    return ConformanceCase(
      [.result(use.result), .input(use.images, .biased), .input(use.filter, .biased)] + bias,
      detail: use.convolution.summary, terms: use.filter[1] * use.filter[2] * use.filter[3]
    ) { backend, arrays in
      try backend.convolve(
        arrays[1], arrays[2], bias: biased ? arrays[3] : nil, use.convolution, to: arrays[0])
    }
  }

  static func dataGradient(_ use: Use) -> ConformanceCase {
    let taps = use.filter[2] * use.filter[3]
    return ConformanceCase(
      [.input(use.result, .biased), .input(use.filter, .biased), .result(use.images)],
      detail: use.convolution.summary, terms: use.filter[0] / use.convolution.groups * taps
    ) { try $0.convolutionDataGradient($1[0], $1[1], use.convolution, to: $1[2]) }
  }

  static func filterGradient(_ use: Use) -> ConformanceCase {
    let places = use.result[2] * use.result[3]
    return ConformanceCase(
      [.input(use.result, .biased), .input(use.images, .biased), .result(use.filter)],
      detail: use.convolution.summary, terms: use.images[0] * places
    ) { try $0.convolutionFilterGradient($1[0], $1[1], use.convolution, to: $1[2]) }
  }
}

extension Convolution {
  /// The parameters, for reports.
  var summary: String {
    "stride \(stride) padding \(padding) dilation \(dilation) groups \(groups)"
  }
}
