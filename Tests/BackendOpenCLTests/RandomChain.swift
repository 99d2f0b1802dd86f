import BackendOpenCL
import Backends

/// Pointwise operations and reductions drawn at random, each of earlier results as they are or in a
/// view: repeated, in another order of axes, in part, backwards, in another shape.
struct RandomChain {
  private let seed: UInt64
  private var drawn: UInt64 = 0

  private init(seed: UInt64) { self.seed = seed }

  private static let unary: [UnaryOperator] = [
    .negate, .abs, .sqrt, .exp, .sigmoid, .tanh, .floor, .erf, .log1p,
  ]
  private static let binary: [BinaryOperator] = [
    .add, .subtract, .multiply, .divide, .maximum, .minimum, .less, .power,
  ]

  /// The bits of all results that are read at the end of the seed's chain.
  static func bits(seed: UInt64, on backend: OpenCLBackend) throws -> [[UInt32]] {
    var chain = RandomChain(seed: seed)
    return try chain.bits(on: backend)
  }

  private mutating func bits(on backend: OpenCLBackend) throws -> [[UInt32]] {
    let extents = (0..<2 + draw(2)).map { _ in [1, 2, 5, 17, 33][draw(5)] }
    let shape = Shape(extents)
    var arrays = try (0..<3).map { number in
      try backend.array(numbers(shape.count, seed: seed + UInt64(number)), shape)
    }
    var sums: [StridedArray] = []
    for _ in 0..<12 {
      arrays.append(try operation(on: arrays, shape, backend))
      if draw(3) == 0 { sums.append(try reduction(of: arrays, backend)) }
    }
    // Not all are read, and in no particular order.
    let read = arrays.indices.filter { _ in draw(3) == 0 }.reversed().map { arrays[$0] }
    return try (read + sums + [arrays[arrays.count - 1]]).map { array in
      try backend.elements(array, as: Float.self).map(\.bitPattern)
    }
  }

  private mutating func operation(
    on arrays: [StridedArray], _ shape: Shape, _ backend: OpenCLBackend
  ) throws -> StridedArray {
    let inputs = [view(of: pick(arrays), shape), view(of: pick(arrays), shape)]
    let unary = Self.unary[draw(Self.unary.count)]
    let binary = Self.binary[draw(Self.binary.count)]
    let expression = PointwiseExpression(.float32, .float32) { f in
      let value = f.input(0).combined(binary, with: f.scalar(0) * f.input(1))
      return (value * value).applying(unary) + f.constant(0.25)
    }
    let result = try backend.temporary(shape)
    try backend.pointwise(expression, scalars: [Double(draw(7)) - 3], inputs, to: result)
    return result
  }

  private mutating func reduction(
    of arrays: [StridedArray], _ backend: OpenCLBackend
  ) throws -> StridedArray {
    let array = pick(arrays)
    let input = array.with(view(of: array, array.shape).layout)
    let axes = AxisSet(input.shape.indices.filter { _ in draw(2) == 0 }, of: input.shape)
    let result = try backend.temporary(input.shape.keeping(reduced: axes))
    try backend.reduce([.sum, .mean, .max, .min][draw(4)], input, over: axes, to: result)
    return result
  }

  private mutating func pick(_ arrays: [StridedArray]) -> StridedArray {
    arrays[max(0, arrays.count - 1 - draw(4))]
  }

  /// The array in a view that has the shape.
  private mutating func view(of array: StridedArray, _ shape: Shape) -> StridedArray {
    var layout = array.layout
    switch draw(6) {
    case 0:
      // One place along an axis, repeated.
      let axis = draw(shape.rank)
      let place = draw(shape[axis])
      layout = layout.sliced(axis, place..<place + 1).broadcast(to: shape)!
    case 1: layout = layout.flipped(AxisSet([draw(shape.rank)], of: shape))
    case 2:
      // The same numbers in another shape, and that with its axes in another order.
      let turned = Layout(Shape(shape.map { $0 }.reversed()), offset: layout.offset)
      if layout.isDense { layout = turned.permuted(Array(shape.indices.reversed())) }
    default: break
    }
    return array.with(layout)
  }

  private mutating func draw(_ count: Int) -> Int {
    drawn += 1
    return Int(Philox.words(RandomPosition(seed: seed, block: drawn)).x) % count
  }
}
