import BackendCPU
import Backends
import Synchronization
import Testing

/// What operations are said to consist of.
@Suite struct WorkTests {
  private func array(_ shape: Shape, _ dtype: DType = .float32) -> StridedArray {
    StridedArray(Storage(byteCount: 0), dtype, Layout(shape))
  }

  /// The calls that an observer is told of.
  private func call(_ body: (ObservedBackend) throws -> Void) throws -> OperationCall {
    let log = CallLog()
    try body(ObservedBackend(CPUBackend()) { call, _ in log.last.withLock { $0 = call } })
    return try #require(log.last.withLock { $0 })
  }

  @Test func `a product multiplies and adds once for each row, column and depth`() throws {
    let call = try call {
      try $0.matrixProduct(array([3, 4, 5]), array([3, 5, 6]), to: array([3, 4, 6]))
    }
    #expect(call.name == "product")
    #expect(call.shapes == "[3, 4, 5] [3, 5, 6] → [3, 4, 6]")
    let elements = 3 * 4 * 5 + 3 * 5 * 6 + 3 * 4 * 6
    #expect(call.work == Work(operations: 2 * 3 * 4 * 5 * 6, bytes: Double(4 * elements)))
  }

  @Test func `a repeated operand is read once`() throws {
    let row = StridedArray(
      Storage(byteCount: 0), .float32, Layout([8, 5], strides: [0, 1], offset: 0))
    let add = PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) }
    let call = try call {
      try $0.pointwise(add, scalars: [], [row, array([8, 5])], to: array([8, 5]))
    }
    #expect(call.work == Work(operations: 40, bytes: 4 * (5 + 40 + 40)))
    #expect(call.name == "pointwise x0 + x1")
  }

  @Test func `the passes of a convolution count the same products`() throws {
    // Two groups, each of 3 channels to 4, 5×5 results with a kernel of 3×3.
    let (images, filter, result) = (
      array([2, 6, 7, 7]), array([8, 3, 3, 3]), array([2, 8, 5, 5])
    )
    let convolution = Convolution(groups: 2)
    let products = Double(2 * 2 * 8 * 5 * 5 * 3 * 3 * 3)
    let forward = try call {
      try $0.convolve(images, filter, bias: array([8]), convolution, to: result)
    }
    #expect(forward.work.operations == products + 2 * 8 * 5 * 5)
    let data = try call {
      try $0.convolutionDataGradient(result, filter, convolution, to: images)
    }
    let filterGradient = try call {
      try $0.convolutionFilterGradient(result, images, convolution, to: filter)
    }
    #expect(data.work.operations == products)
    #expect(filterGradient.work.operations == products)
    #expect(data.work.bytes == filterGradient.work.bytes)
  }

  @Test func `pooling counts the elements of its windows without the padding`() throws {
    let call = try call {
      try $0.averagePool(
        array([1, 2, 4, 4]), Pooling(window: 3, stride: 2, padding: 1), to: array([1, 2, 2, 2]))
    }
    // Of a row or column of four, the windows cover two and three.
    #expect(call.work.operations == 2 * 5 * 5)
  }

  @Test func `a step of an optimizer reads and writes parameter and state`() throws {
    let rule = UpdateRule.sgd(
      SGDStep(learningRate: 0.1, momentum: 0.9, weightDecay: 0, nesterov: false))
    let call = try call {
      try $0.update(array([10]), gradient: array([10]), state: [array([10])], by: rule)
    }
    #expect(call.name == "sgd update")
    #expect(call.work.bytes == 4 * 10 * 5)
  }

  @Test func `integers and copies are no arithmetic`() throws {
    let add = PointwiseExpression(.int32, .int32) { $0.input(0) + $0.input(1) }
    let (x, y) = (array([6], .int32), array([6], .int32))
    #expect(try call { try $0.pointwise(add, scalars: [], [x, y], to: x) }.work.operations == 0)
    let copy = PointwiseExpression(.float32) { $0.input(0) }
    let call = try call { try $0.pointwise(copy, scalars: [], [array([6])], to: array([6])) }
    #expect(call.work == Work(operations: 0, bytes: 48))
    #expect(call.name == "copy")
  }

  @Test func `an expression reads as a formula, a long one as its functions`() {
    let formula = PointwiseExpression(.float32, .float32) { f in
      (-f.input(0)).applying(.exp) * (f.input(1) - 2).selecting(f.scalar(0), f.constant(0.5))
    }
    #expect("\(formula)" == "exp(-x0) * select(x1 - 2, s0, 0.5)")
    let long = PointwiseExpression(.float32) { f in
      (0..<9).reduce(f.input(0)) { x, _ in x.combined(.maximum, with: f.constant(1)) }
    }
    #expect("\(long)" == Array(repeating: "maximum", count: 9).joined(separator: " "))
  }

  @Test func `the roofline is what takes longer, arithmetic or traffic`() {
    let roofline = Roofline(operationsPerSecond: 100, bytesPerSecond: 10)
    #expect(roofline.seconds(for: Work(operations: 200, bytes: 10)) == 2)
    #expect(roofline.seconds(for: Work(operations: 100, bytes: 30)) == 3)
  }
}

/// Remembers a call.
private final class CallLog: Sendable {
  let last = Mutex<OperationCall?>(nil)
}
