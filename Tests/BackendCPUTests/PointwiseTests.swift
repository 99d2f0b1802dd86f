import Backends
import Glibc
import Testing

@Suite struct PointwiseTests {
  let arrays = TestArrays()

  private func evaluate(_ expression: PointwiseExpression, _ inputs: [Float]...) throws -> [Float] {
    let shape: Shape = [inputs[0].count]
    let result = try arrays.result(shape)
    try arrays.backend.pointwise(
      expression, scalars: [], inputs.map { try arrays.make($0, shape) }, to: result)
    return try arrays.floats(result)
  }

  /// The bound of 4 unit roundoffs is 2 ulp.
  ///
  /// Glibc states at most 1 ulp for expf, logf and powf and 2 for tanhf; sigmoid adds an addition
  /// and a division to expf.
  @Test(arguments: UnaryOperator.allCases)
  func `A function of one number is within two units in the last place`(
    _ function: UnaryOperator
  ) throws {
    let positive = [.log, .sqrt, .log1p].contains(function)
    let x = randomFloats(3001, seed: 1).map { positive ? $0.magnitude * 9 + 1e-30 : $0 * 9 }
    let y = try evaluate(PointwiseExpression(.float32) { $0.input(0).applying(function) }, x)
    for (x, y) in zip(x.map(Double.init), y) {
      let expected = reference(function, x)
      #expect(abs(Double(y) - expected) <= 4 * roundoff * abs(expected), "\(function)(\(x))")
    }
  }

  private func reference(_ function: UnaryOperator, _ x: Double) -> Double {
    switch function {
    case .negate: -x
    case .exp: exp(x)
    case .log: log(x)
    case .sqrt: x.squareRoot()
    case .abs: abs(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: tanh(x)
    case .expm1: expm1(x)
    case .log1p: log1p(x)
    case .sin: sin(x)
    case .cos: cos(x)
    case .floor: x.rounded(.down)
    case .round: x.rounded(.toNearestOrEven)
    case .erf: erf(x)
    case .erfc: erfc(x)
    }
  }

  /// The arithmetic operators round once; `powf` is within 1 ulp.
  @Test(arguments: BinaryOperator.allCases)
  func `A function of two numbers is rounded once`(_ function: BinaryOperator) throws {
    var (x, y) = (randomFloats(2500, seed: 2), randomFloats(2500, seed: 3))
    if function == .power { x = x.map(\.magnitude) }
    for i in stride(from: 0, to: 2500, by: 7) { y[i] = x[i] }
    let z = try evaluate(
      PointwiseExpression(.float32, .float32) {
        $0.input(0).combined(function, with: $0.input(1))
      }, x, y)
    for i in x.indices {
      let expected = reference(function, Double(x[i]), Double(y[i]))
      let bound = (function == .power ? 2 : 1) * roundoff * abs(expected)
      #expect(abs(Double(z[i]) - expected) <= bound, "\(function)(\(x[i]), \(y[i]))")
    }
  }

  private func reference(_ function: BinaryOperator, _ x: Double, _ y: Double) -> Double {
    switch function {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .power: pow(x, y)
    case .maximum: max(x, y)
    case .minimum: min(x, y)
    case .equal: x == y ? 1 : 0
    case .notEqual: x != y ? 1 : 0
    case .less: x < y ? 1 : 0
    case .lessOrEqual: x <= y ? 1 : 0
    case .greater: x > y ? 1 : 0
    case .greaterOrEqual: x >= y ? 1 : 0
    }
  }

  @Test func `Integers wrap around and compare to float masks`() throws {
    let (x, y): ([Int32], [Int32]) = ([.max, .min, 5, -7], [1, -1, 5, 3])
    let cases: [(BinaryOperator, [Int32])] = [
      (.add, [.min, .max, 10, -4]), (.subtract, [.max - 1, .min + 1, 0, -10]),
      (.multiply, [.max, .min, 25, -21]), (.maximum, [.max, -1, 5, 3]),
      (.minimum, [1, .min, 5, -7]),
    ]
    for (function, expected) in cases {
      let result = try arrays.result([4], .int32)
      try arrays.backend.pointwise(
        PointwiseExpression(.int32, .int32) { $0.input(0).combined(function, with: $0.input(1)) },
        scalars: [], [try arrays.make(x, [4]), try arrays.make(y, [4])], to: result)
      #expect(try arrays.integers(result) == expected, "\(function)")
    }
    let mask = try arrays.result([4])
    try arrays.backend.pointwise(
      PointwiseExpression(.int32, .int32) { $0.input(0).combined(.less, with: $0.input(1)) },
      scalars: [], [try arrays.make(x, [4]), try arrays.make(y, [4])], to: mask)
    #expect(try arrays.floats(mask) == [0, 1, 0, 1])
  }

  @Test func `The smallest integer is its own negative and absolute value`() throws {
    for function in [UnaryOperator.negate, .abs] {
      let result = try arrays.result([2], .int32)
      try arrays.backend.pointwise(
        PointwiseExpression(.int32) { $0.input(0).applying(function) }, scalars: [],
        [try arrays.make([Int32.min, -3], [2])], to: result)
      #expect(try arrays.integers(result) == [.min, 3])
    }
  }

  @Test func `Maximum and minimum give NaN where either operand is`() throws {
    for function in [BinaryOperator.maximum, .minimum] {
      let values = try evaluate(
        PointwiseExpression(.float32, .float32) {
          $0.input(0).combined(function, with: $0.input(1))
        }, [.nan, 1, .nan], [1, .nan, .nan])
      #expect(values.allSatisfy { $0.isNaN })
    }
  }

  @Test func `Where takes its second operand for any mask but 0, even NaN`() throws {
    let values = try evaluate(
      PointwiseExpression(.float32, .float32) { $0.input(0).selecting($0.input(1), -$0.input(1)) },
      [0, 1, -0.0, -2, .nan], [1, 2, 3, 4, 5])
    #expect(values == [-1, 2, -3, 4, 5])
  }

  @Test func `Casts truncate and saturate`() throws {
    let floats: [Float] = [1.9, -1.9, 3e9, -3e9, .nan, .infinity]
    let integers = try arrays.result([6], .int32)
    try arrays.backend.pointwise(
      PointwiseExpression(.float32) { $0.input(0).cast(to: .int32) }, scalars: [],
      [try arrays.make(floats, [6])], to: integers)
    #expect(try arrays.integers(integers) == [1, -1, .max, .min, 0, .max])
    let back = try arrays.result([6])
    try arrays.backend.pointwise(
      PointwiseExpression(.int32) { $0.input(0).cast(to: .float32) }, scalars: [], [integers],
      to: back)
    #expect(try arrays.floats(back) == [1, -1, 0x1p31, -0x1p31, 0, 0x1p31])
  }

  @Test func `Scalars are given with the call, in either type`() throws {
    let expression = PointwiseExpression(.float32) { f in
      f.scalar(0) * f.input(0) + f.scalar(1, .int32).cast(to: .float32)
    }
    let result = try arrays.result([3])
    try arrays.backend.pointwise(
      expression, scalars: [0.5, -7], [try arrays.make([2, 4, 6] as [Float], [3])], to: result)
    #expect(try arrays.floats(result) == [-6, -5, -4])
  }

  @Test func `Layouts of inputs and result are free`() throws {
    // Permuted, sliced and reversed, broadcast; the shape spans several blocks.
    let shape: Shape = [7, 30, 11]
    let layouts = [
      Layout(shape), Layout([11, 7, 30], offset: 3).permuted([1, 2, 0]),
      Layout([30, 1]).broadcast(to: shape)!,
      Layout(shape, strides: [-660, -22, 2], offset: 6 * 660 + 29 * 22 + 5),
      Layout([]).broadcast(to: shape)!,
    ]
    let add = PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) }
    for (i, a) in layouts.enumerated() {
      for (j, b) in layouts.enumerated() {
        for target in [layouts[0], layouts[1], layouts[3]] {
          let x = try arrays.random(a, seed: UInt64(10 + i))
          let y = try arrays.random(b, seed: UInt64(20 + j))
          let result = try arrays.result(target)
          try arrays.backend.pointwise(add, scalars: [], [x, y], to: result)
          let expected = zip(try arrays.floats(x), try arrays.floats(y)).map { $0 + $1 }
          #expect(try arrays.floats(result) == expected)
        }
      }
    }
  }

  @Test(arguments: [0, 1, 1023, 1024, 1025, 300_001])
  func `Expressions run over any number of blocks`(_ count: Int) throws {
    let x = randomFloats(count, seed: 4)
    let values = try evaluate(PointwiseExpression(.float32) { $0.input(0) * (1 - $0.input(0)) }, x)
    #expect(values == x.map { $0 * (1 - $0) })
  }

  @Test func `The result may be an input, contiguous or not`() throws {
    let f = PointwiseExpression(.float32, .float32) {
      $0.input(0) * $0.input(1) - $0.input(0)
    }
    for layout in [Layout([50, 60]), Layout([60, 50]).permuted([1, 0])] {
      let x = try arrays.random(layout, seed: 5)
      let y = try arrays.random([50, 60], seed: 6)
      let expected = zip(try arrays.floats(x), try arrays.floats(y)).map { $0 * $1 - $0 }
      try arrays.backend.pointwise(f, scalars: [], [x, y], to: x)
      #expect(try arrays.floats(x) == expected)
    }
  }

  @Test func `An expression of one input copies`() throws {
    let copy = PointwiseExpression(.float32) { $0.input(0) }
    let x = try arrays.random(Layout([40, 50]).permuted([1, 0]), seed: 7)
    let result = try arrays.result([50, 40])
    try arrays.backend.pointwise(copy, scalars: [], [x], to: result)
    #expect(try arrays.floats(result) == arrays.floats(x))
  }

  @Test func `Wrong shapes, types and numbers of scalars stop the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.pointwise(
        PointwiseExpression(.float32) { $0.input(0) }, scalars: [], [try arrays.result([2])],
        to: try arrays.result([3]))
    }
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.pointwise(
        PointwiseExpression(.float32) { $0.input(0) }, scalars: [],
        [try arrays.result([2], .int32)], to: try arrays.result([2]))
    }
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.pointwise(
        PointwiseExpression(.float32) { $0.input(0) * $0.scalar(0) }, scalars: [],
        [try arrays.result([2])], to: try arrays.result([2]))
    }
  }
}
