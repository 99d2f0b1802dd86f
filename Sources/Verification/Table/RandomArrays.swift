import Backends

/// Random cases of operations on arrays of any layout.
extension RandomUse {
  /// Arrays in any layout where few kernels have to be compiled; dense ones for every operator.
  ///
  /// A device compiles a kernel for nearly each number of axes and each way to lie along the last
  /// one, which is what takes the time.
  static var pointwise: [RandomUse] {
    let add = PointwiseCases.Use(
      expression: PointwiseRows.binary(.add, .float32), fillings: [.signed, .signed])
    let chained = PointwiseCases.Use(
      expression: chain, scalars: [0.75], fillings: [.signed, .signed, .signed])
    return [
      arranged("two inputs", .exact, add, rank: 0...3, weight: 10),
      arranged("three inputs", .reordered, chained, rank: 0...2, weight: 10),
      arranged("three inputs of many axes", .reordered, chained, rank: 3...6, weight: 1),
      RandomUse(.pointwise, .exact, name: "chains", weight: 4) { ChainCases.chain(&$0) },
    ] + UnaryOperator.allCases.map(dense) + BinaryOperator.allCases.map(dense)
  }

  private static let chain = PointwiseExpression(.float32, .float32, .float32) { f in
    let (x, y, z) = (f.input(0), f.input(1), f.input(2))
    let less = x.combined(.less, with: y)
    return less.selecting(x * y - f.scalar(0) * z, y.combined(.maximum, with: z) + 2 * x)
  }

  private static func arranged(
    _ name: String, _ bound: Bound, _ use: PointwiseCases.Use, rank: ClosedRange<Int>, weight: Int
  ) -> RandomUse {
    RandomUse(.pointwise, bound, name: name, weight: weight) { cases in
      let shape = cases.shape(rank: rank, upTo: 17)
      let inputs = use.fillings.map { cases.input(shape, $0) }
      return PointwiseCases.call(use, inputs, cases.result(shape, use.expression.dtype))
    }
  }

  private static func dense(_ function: UnaryOperator) -> RandomUse {
    dense(
      "\(function)", PointwiseRows.bound(of: function),
      PointwiseCases.Use(
        expression: PointwiseRows.unary(function), fillings: [PointwiseRows.filling(for: function)])
    )
  }

  private static func dense(_ function: BinaryOperator) -> RandomUse {
    dense(
      "\(function)", PointwiseRows.bound(of: function),
      PointwiseCases.Use(
        expression: PointwiseRows.binary(function, .float32),
        fillings: PointwiseRows.fillings(for: function)))
  }

  private static func dense(
    _ name: String, _ bound: Bound, _ use: PointwiseCases.Use
  ) -> RandomUse {
    RandomUse(.pointwise, bound, name: name) {
      PointwiseCases.plain(use, $0.shape(rank: 0...6, upTo: 23))
    }
  }

  /// From any layout to any other: what slices, transposes, concatenation and padding come down to.
  static var copies: [RandomUse] {
    let types: [(DType, Filling)] = [(.float32, .signed), (.int32, .integers(-99..<100))]
    return types.map { dtype, filling in
      let use = PointwiseCases.Use(
        expression: PointwiseExpression(dtype) { $0.input(0) }, fillings: [filling])
      return arranged("copies of \(dtype)", .exact, use, rank: 0...4, weight: 1)
    }
  }

  /// Every reduction, over any axes.
  static var reductions: [RandomUse] {
    let others = Reduction.allCases.filter { $0 != .product }
    return [
      RandomUse(.reduce, .reordered, weight: 3) { cases in
        let shape = cases.shape(rank: 0...6, upTo: 23)
        let axes = cases.axes(of: shape)
        let reduction = cases.generator.pick(others)
        return ReductionRows.reduce(reduction, cases.input(shape, .biased), axes)
      },
      RandomUse(.reduce, ReductionRows.productBound, name: "products") { cases in
        let shape = cases.shape(rank: 0...6, upTo: 23)
        let axes = cases.axes(of: shape)
        return ReductionRows.reduce(
          .product, cases.input(shape, ReductionRows.factors), axes)
      },
      RandomUse(.argMax, .exact, weight: 3) { cases in
        let shape = Shape(cases.shape(rank: 0...6, upTo: 23).map { max(1, $0) })
        let axes = cases.axes(of: shape)
        return ReductionRows.argMax(cases.input(shape, .wholes(-9...9)), axes)
      },
      RandomUse(.reduce, .reordered, name: "of chains") { ChainCases.reducedChain(&$0) },
    ]
  }

  /// Batches of matrices in any layout.
  static var products: [RandomUse] {
    [
      RandomUse(.matrixProduct, .reordered) { cases in
        let batch = cases.extent(upTo: 4)
        let limit = cases.scale == .reduced ? 9 : 70
        let (m, n) = (cases.extent(upTo: limit), cases.extent(upTo: limit))
        let k = cases.extent(upTo: limit)
        return ProductRows.product(
          cases.input([batch, m, k], .biased), cases.input([batch, k, n], .biased))
      }
    ]
  }
}
