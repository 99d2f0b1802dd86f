import Backends

/// Random cases of several calls, which a device may carry out together: each step takes results of
/// earlier ones as they are, backwards, or one place along an axis for all.
enum ChainCases {
  /// Steps whose functions are rounded in one way only, so that fusing them must not change a bit.
  static func chain(_ cases: inout RandomCases) -> ConformanceCase {
    let shape = cases.shape(rank: 0...4, upTo: 17)
    let steps = steps(shape, &cases)
    let inputs = (0..<inputCount).map { _ in cases.input(shape, .signed) }
    let operands = inputs + [cases.result(shape, .float32)]
    return ConformanceCase(operands, detail: detail(steps)) { backend, arrays in
      let last = try run(steps, on: Array(arrays.dropLast()), shape, backend)
      try backend.pointwise(identity, scalars: [], [last], to: arrays[inputCount])
    }
  }

  /// A reduction of the last step's result.
  static func reducedChain(_ cases: inout RandomCases) -> ConformanceCase {
    let shape = cases.shape(rank: 1...4, upTo: 23)
    let steps = [Step](repeating: Step(.plain, .plain), count: 2)
    let axes = AxisSet(cases.axes(of: shape), of: shape)
    let inputs = (0..<inputCount).map { _ in cases.input(shape, .biased) }
    let result = Operand.result(shape.keeping(reduced: axes), .float32)
    let terms = shape.count / max(shape.keeping(reduced: axes).count, 1)
    return ConformanceCase(
      inputs + [result], detail: "the sum of \(detail(steps))", terms: max(terms, 1)
    ) { backend, arrays in
      let last = try run(steps, on: Array(arrays.dropLast()), shape, backend)
      try backend.reduce(.sum, last, over: axes, to: arrays[inputCount])
    }
  }

  private static let inputCount = 2

  /// How a step sees an earlier result.
  private enum View: CustomStringConvertible {
    case plain
    case backwards(axis: Int)
    case place(Int, axis: Int)

    var description: String {
      switch self {
      case .plain: "x"
      case .backwards(let axis): "x backwards along \(axis)"
      case .place(let place, let axis): "x[\(place)] along \(axis)"
      }
    }

    func layout(_ shape: Shape) -> Layout {
      let layout = Layout(shape)
      switch self {
      case .plain: return layout
      case .backwards(let axis): return layout.flipped(AxisSet([axis], of: shape))
      case .place(let place, let axis):
        return layout.sliced(axis, place..<place + 1).broadcast(to: shape) ?? layout
      }
    }
  }

  /// One call: of the last result and the one before it.
  private struct Step {
    let first: View
    let second: View

    init(_ first: View, _ second: View) {
      self.first = first
      self.second = second
    }
  }

  private static let identity = PointwiseExpression(.float32) { $0.input(0) }
  /// Of numbers near 1 again one near 1.
  private static let expression = PointwiseExpression(.float32, .float32) { f in
    let (x, y) = (f.input(0), f.input(1))
    return x.combined(.less, with: y).selecting(
      x * y + 0.25 * x, x.combined(.maximum, with: y) - 0.5 * y)
  }

  private static func steps(_ shape: Shape, _ cases: inout RandomCases) -> [Step] {
    (0..<cases.generator.integer(in: 2...3)).map { _ in
      Step(view(shape, &cases), view(shape, &cases))
    }
  }

  private static func view(_ shape: Shape, _ cases: inout RandomCases) -> View {
    guard shape.rank > 0, shape.count > 0, cases.coin() else { return .plain }
    let axis = cases.generator.integer(in: 0...shape.rank - 1)
    return cases.coin()
      ? .backwards(axis: axis)
      : .place(cases.generator.integer(in: 0...shape[axis] - 1), axis: axis)
  }

  private static func detail(_ steps: [Step]) -> String {
    steps.map { "f(\($0.first), \($0.second))" }.joined(separator: ", then ")
  }

  private static func run(
    _ steps: [Step], on inputs: [StridedArray], _ shape: Shape, _ backend: any Backend
  ) throws -> StridedArray {
    var (last, before) = (inputs[0], inputs[1])
    for (number, step) in steps.enumerated() {
      // The inputs come in layouts of their own.
      let operands =
        number == 0
        ? [last, before]
        : [
          last.with(step.first.layout(shape)),
          number == 1 ? before : before.with(step.second.layout(shape)),
        ]
      let storage = try backend.allocate(
        byteCount: shape.count * DType.float32.byteWidth)
      let result = StridedArray(storage, .float32, Layout(shape))
      try backend.pointwise(expression, scalars: [], operands, to: result)
      (last, before) = (result, last)
    }
    return last
  }
}
