import BackendOpenCL
import Backends
import Testing

/// A convolution or a product whose kernels can end with pointwise operations.
struct EndedOperation: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let style: KernelStyle
  /// Of the result.
  let shape: Shape
  /// Whether its kernels can; otherwise what follows is a kernel of its own.
  var endsItself = true
  /// Computes it, of the same numbers each time.
  let compute: @Sendable (OpenCLBackend) throws -> StridedArray

  static let all = convolutions + products

  /// All algorithms in both styles of kernels, with whole vectors and parts of some, in rows that
  /// follow each other and in ones that do not.
  private static let convolutions: [EndedOperation] = {
    let cases: [(Shape, Shape, Convolution)] = [
      ([2, 6, 9, 11], [8, 6, 3, 3], Convolution(padding: 1)),
      ([1, 4, 16, 16], [5, 4, 3, 3], Convolution(padding: 1)),
      ([2, 4, 13, 24], [6, 2, 3, 5], Convolution(stride: 2, groups: 2)),
      ([3, 5, 4, 6], [7, 5, 1, 1], Convolution()),
    ]
    let styles: [(KernelStyle, [ConvolutionAlgorithm])] = [
      (.cpu, [.implicit, .winograd2, .winograd4, .direct]), (.gpu, [.implicit, .direct, .product]),
    ]
    return styles.flatMap { style, algorithms in
      algorithms.flatMap { algorithm in
        cases.map { convolution($0, $1, $2, algorithm, style) }
      }
    } + cases.map { convolution($0, $1, $2, .implicit, .gpu, in: .tf32) }
  }()

  private static func convolution(
    _ images: Shape, _ filter: Shape, _ convolution: Convolution, _ algorithm: ConvolutionAlgorithm,
    _ style: KernelStyle, in precision: MatrixPrecision = .float32
  ) -> EndedOperation {
    guard case .success(let shape) = convolution.outputShape(images: images, filter: filter) else {
      fatalError("\(images) and \(filter) do not fit")
    }
    return EndedOperation(
      testDescription: "\(algorithm) \(filter) in \(precision) on \(style)", style: style,
      shape: shape
    ) { backend in
      let (x, w) = try (
        backend.array(numbers(images.count, seed: 1), images),
        backend.array(numbers(filter.count, seed: 2), filter)
      )
      let bias = try backend.array(numbers(filter[0], seed: 3), [filter[0]])
      let result = try backend.temporary(shape)
      try ConvolutionAlgorithm.$forced.withValue(algorithm) {
        // CLBlast is among the products.
        try Choice("tiles").force(for: .product) {
          try MatrixPrecision.$current.withValue(precision) {
            try backend.convolve(x, w, bias: bias, convolution, to: result)
          }
        }
      }
      return result
    }
  }

  private static let products: [EndedOperation] =
    [
      ("fragments", Layout([1, 20, 9]), Layout([1, 9, 37])),
      ("fragments", Layout([3, 17, 9]), Layout([3, 9, 66])),
      ("panels", Layout([1, 20, 9]), Layout([1, 9, 37])),
      ("panels", Layout([3, 17, 9]), Layout([1, 9, 66]).broadcast(to: [3, 9, 66])!),
      ("panels", Layout([2, 20, 530]), Layout([2, 530, 40])),
      ("panels", Layout([1, 20, 3000]), Layout([1, 3000, 25])),
      ("dots", Layout([1, 3, 40]), Layout([1, 50, 40]).permuted([0, 2, 1])),
      ("dots", Layout([2, 50, 40]), Layout([2, 40, 3])),
      ("tiles", Layout([3, 17, 9]), Layout([3, 9, 66])),
      ("clblast", Layout([1, 20, 9]), Layout([1, 9, 37])),
    ].map { product($0, $1, $2) }

  private static func product(
    _ algorithm: String, _ left: Layout, _ right: Layout
  ) -> EndedOperation {
    let shape: Shape = [left.shape[0], left.shape[1], right.shape[2]]
    // Depth that is cut is added by a kernel of its own, and the library ends nothing.
    let isCut = left.shape[2] == 3000
    return EndedOperation(
      testDescription: "\(algorithm) \(shape) of depth \(left.shape[2])", style: .cpu, shape: shape,
      endsItself: algorithm != "clblast" && !isCut
    ) { backend in
      let memories = try [left, right].enumerated().map { number, layout in
        let count = (layout.bounds?.upperBound ?? 0) + 1
        return try backend.array(numbers(count, seed: UInt64(number)), layout)
      }
      let result = try backend.temporary(shape)
      let precision: MatrixPrecision = algorithm == "fragments" ? .bf16 : .float32
      try MatrixPrecision.$current.withValue(precision) {
        try Choice(algorithm).force(for: .product(in: precision)) {
          try backend.matrixProduct(memories[0], memories[1], to: result)
        }
      }
      return result
    }
  }
}

/// Pointwise operations that follow, one after another.
enum Ending: CaseIterable {
  case rectified
  /// With a number that each call gives.
  case leaky
  /// A number for each row and one for all, a residual, and an activation.
  case scaledWithResidual
  /// A number for each column.
  case withColumns
  /// What the way back does: the result where another array is positive.
  case masked

  private static let maximum = PointwiseExpression(.float32) {
    $0.input(0).combined(.maximum, with: $0.constant(0))
  }
  private static let slope = PointwiseExpression(.float32) { f in
    let x = f.input(0)
    return x.combined(.greater, with: f.constant(0)).selecting(x, f.scalar(0) * x)
  }
  private static let sum = PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) }
  private static let scaled = PointwiseExpression(.float32, .float32, .float32) {
    $0.input(2) * $0.input(0) + $0.input(1)
  }
  private static let mask = PointwiseExpression(.float32, .float32) { f in
    f.input(1).combined(.greater, with: f.constant(0)).selecting(f.input(0), f.constant(0))
  }

  /// How many operations there are.
  var count: Int {
    switch self {
    case .rectified, .leaky, .masked: 1
    case .withColumns: 2
    case .scaledWithResidual: 3
    }
  }

  func apply(to x: StridedArray, on backend: OpenCLBackend) throws -> StridedArray {
    func after(
      _ expression: PointwiseExpression, _ scalars: [Double] = [], _ inputs: StridedArray...
    ) throws -> StridedArray {
      let result = try backend.temporary(x.shape)
      try backend.pointwise(expression, scalars: scalars, inputs, to: result)
      return result
    }
    func repeated(_ axes: [Int], seed: UInt64) throws -> StridedArray {
      let extents = x.shape.indices.map { axes.contains($0) ? x.shape[$0] : 1 }
      let memory = try backend.array(numbers(2 + Shape(extents).count, seed: seed), [1])
      return memory.with(Layout(Shape(extents), offset: 2).broadcast(to: x.shape)!)
    }
    switch self {
    case .rectified: return try after(Self.maximum, [], x)
    case .leaky: return try after(Self.slope, [0.1], x)
    case .masked: return try after(Self.mask, [], x, repeated(Array(x.shape.indices), seed: 4))
    case .withColumns:
      let columns = try repeated([x.shape.rank - 1], seed: 5)
      return try after(Self.maximum, [], after(Self.sum, [], x, columns))
    case .scaledWithResidual:
      let scaled = try after(
        Self.scaled, [], x, repeated([1], seed: 6), repeated([], seed: 7))
      let residual = try repeated(Array(x.shape.indices), seed: 8)
      return try after(Self.slope, [0.2], after(Self.sum, [], residual, scaled))
    }
  }
}
