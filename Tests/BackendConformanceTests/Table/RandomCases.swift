import Backends

/// Rows of random cases: shapes, layouts and parameters that nobody thought of, always the same.
struct RandomCases {
  private var generator: PhiloxGenerator
  private let scale: Scale

  /// Rows for every operation that takes shapes or layouts of many kinds.
  static func rows(_ scale: Scale) -> [ConformanceRow] {
    let families: [(inout RandomCases) -> [ConformanceRow]] = [
      { $0.pointwise() }, { $0.reductions() }, { $0.products() }, { $0.convolutions() },
      { $0.poolings() },
    ]
    return families.enumerated().flatMap { number, family in
      var cases = RandomCases(
        generator: PhiloxGenerator(seed: 20_26, part: number), scale: scale)
      return family(&cases)
    }
  }

  /// How many cases a row has.
  private var count: Int {
    switch scale {
    case .reduced: 12
    case .standard: 60
    case .full: 300
    }
  }

  private mutating func row(
    _ operation: Operation, _ bound: Bound, shareOfCases: Double = 1,
    _ make: (inout RandomCases) -> ConformanceCase
  ) -> ConformanceRow {
    let count = Int(Double(count) * shareOfCases)
    return ConformanceRow(operation, "random cases", bound, (0..<count).map { _ in make(&self) })
  }

  // MARK: Shapes and layouts

  private mutating func extent(upTo limit: Int) -> Int {
    // Small extents meet the edges of blocks and broadcasts most often.
    generator.integer(in: 0...2) == 0
      ? generator.integer(in: 1...limit) : generator.pick([1, 2, 3])
  }

  private mutating func shape(rank: ClosedRange<Int>, upTo limit: Int) -> Shape {
    var shape = Shape((0..<generator.integer(in: rank)).map { _ in extent(upTo: limit) })
    if shape.rank > 0, generator.integer(in: 0...40) == 0 {
      shape[generator.integer(in: 0...shape.rank - 1)] = 0
    }
    return shape
  }

  /// Axes in any order, with gaps, backwards, and where allowed repeated.
  private mutating func layout(_ shape: Shape, repeating: Bool) -> Layout {
    var strides = [Int](repeating: 0, count: shape.rank)
    var step = 1
    var offset = generator.integer(in: 0...3)
    for axis in shape.indices.shuffled(using: &generator) {
      if repeating, generator.integer(in: 0...3) == 0 { continue }
      let gap = generator.pick([1, 1, 2])
      strides[axis] = step * gap
      step *= max(1, shape[axis] * gap + generator.pick([0, 0, 1]))
      if shape[axis] > 0, generator.integer(in: 0...4) == 0 {
        offset += (shape[axis] - 1) * strides[axis]
        strides[axis] = -strides[axis]
      }
    }
    return Layout(shape, strides: strides, offset: offset)
  }

  private mutating func input(_ shape: Shape, _ filling: Filling) -> Operand {
    Operand(layout(shape, repeating: true), filling, role: .input)
  }

  // MARK: Operations

  private static let chain = PointwiseExpression(.float32, .float32, .float32) { f in
    let (x, y, z) = (f.input(0), f.input(1), f.input(2))
    let less = x.combined(.less, with: y)
    return less.selecting(x * y - f.scalar(0) * z, y.combined(.maximum, with: z) + 2 * x)
  }

  private mutating func pointwise() -> [ConformanceRow] {
    let uses: [(Bound, PointwiseCases.Use)] = [
      (
        .exact,
        PointwiseCases.Use(
          expression: PointwiseRows.binary(.add, .float32), fillings: [.signed, .signed])
      ),
      (
        .reordered,
        PointwiseCases.Use(
          expression: Self.chain, scalars: [0.75], fillings: [.signed, .signed, .signed])
      ),
    ]
    return uses.map { bound, use in
      // Fewer than of others: a device compiles a kernel for nearly each.
      var result = row(.pointwise, bound, shareOfCases: 0.25) { cases in
        let shape = cases.shape(rank: 0...6, upTo: 17)
        let inputs = use.fillings.map { cases.input(shape, $0) }
        let layout = cases.layout(shape, repeating: false)
        let filling = Filling.unwritten(use.expression.dtype)
        return PointwiseCases.call(use, inputs, Operand(layout, filling, role: .result))
      }
      result.name = "random cases of \(use.fillings.count) inputs"
      return result
    }
  }

  private mutating func reductions() -> [ConformanceRow] {
    [
      row(.reduce, .reordered) { cases in
        let shape = cases.shape(rank: 0...6, upTo: 23)
        let axes = cases.axes(of: shape)
        let reduction = cases.generator.pick(Reduction.allCases)
        return ReductionRows.reduce(reduction, cases.input(shape, .biased), axes)
      },
      row(.argMax, .exact) { cases in
        let shape = Shape(cases.shape(rank: 0...6, upTo: 23).map { max(1, $0) })
        let axes = cases.axes(of: shape)
        return ReductionRows.argMax(cases.input(shape, .wholes(-9...9)), axes)
      },
    ]
  }

  private mutating func axes(of shape: Shape) -> [Int] {
    shape.indices.filter { _ in generator.integer(in: 0...1) == 0 }
  }

  private mutating func products() -> [ConformanceRow] {
    [
      row(.matrixProduct, .reordered) { cases in
        let batch = cases.extent(upTo: 4)
        let limit = cases.scale == .reduced ? 9 : 70
        let (m, n) = (cases.extent(upTo: limit), cases.extent(upTo: limit))
        let k = cases.extent(upTo: limit)
        return ProductRows.product(
          cases.input([batch, m, k], .biased), cases.input([batch, k, n], .biased))
      }
    ]
  }

  private mutating func convolutions() -> [ConformanceRow] {
    [
      row(.convolve, ConvolutionRows.bound) { cases in
        ConvolutionRows.forward(cases.convolution(), biased: cases.generator.pick([true, false]))
      },
      row(.convolutionDataGradient, ConvolutionRows.bound) {
        ConvolutionRows.dataGradient($0.convolution())
      },
      row(.convolutionFilterGradient, ConvolutionRows.bound) {
        ConvolutionRows.filterGradient($0.convolution())
      },
    ]
  }

  private mutating func convolution() -> ConvolutionRows.Use {
    let groups = generator.pick([1, 1, 1, 2, 3])
    let (inputs, outputs) = (extent(upTo: 9), groups * extent(upTo: 9))
    let window = Pair(generator.integer(in: 1...4), generator.integer(in: 1...4))
    let convolution = Convolution(
      stride: pair(of: [1, 1, 2, 3]), padding: pair(of: [0, 0, 1, 2]),
      dilation: pair(of: [1, 1, 1, 2]), groups: groups)
    let reach = Pair(
      convolution.dilation.vertical * (window.vertical - 1) + 1,
      convolution.dilation.horizontal * (window.horizontal - 1) + 1)
    return ConvolutionRows.Use(
      images: [
        generator.integer(in: 1...3), inputs * groups,
        reach.vertical + generator.integer(in: 0...9),
        reach.horizontal + generator.integer(in: 0...9),
      ],
      filter: [outputs, inputs, window.vertical, window.horizontal], convolution: convolution)
  }

  private mutating func pair(of choices: [Int]) -> Pair {
    Pair(generator.pick(choices), generator.pick(choices))
  }

  private mutating func poolings() -> [ConformanceRow] {
    [
      row(.maxPool, .exact) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.max(images, pooling, .wholes(-5...5))
      },
      row(.maxPoolGradient, .reordered) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.maxGradient(images, pooling)
      },
      row(.averagePool, PoolingRows.averageBound) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.average(images, pooling, .biased)
      },
      row(.averagePoolGradient, PoolingRows.averageBound) { cases in
        let (images, pooling) = cases.pooling()
        return PoolingRows.averageGradient(images, pooling)
      },
    ]
  }

  private mutating func pooling() -> (Shape, Pooling) {
    let window = Pair(generator.integer(in: 1...5), generator.integer(in: 1...5))
    let images: Shape = [
      extent(upTo: 3), extent(upTo: 5), window.vertical + generator.integer(in: 0...12),
      window.horizontal + generator.integer(in: 0...12),
    ]
    if generator.integer(in: 0...3) == 0 {
      return (images, .adaptive(Pair(extent(upTo: 9), extent(upTo: 9))))
    }
    let pooling = Pooling(
      window: window, stride: pair(of: [1, 2, 3]),
      padding: Pair(
        generator.integer(in: 0...window.vertical / 2),
        generator.integer(in: 0...window.horizontal / 2)),
      ceilMode: generator.pick([false, true]), countsPadding: generator.pick([true, true, false]))
    return (images, pooling)
  }
}
