import Backends
import Testing

@Suite struct PointwiseExpressionTests {
  private func sigmoidGradient() -> PointwiseExpression {
    PointwiseExpression(.float32, .float32) { f in
      let (dy, y) = (f.input(0), f.input(1))
      return dy * y * (1 - y)
    }
  }

  @Test func `Steps follow the order of writing`() {
    #expect(
      sigmoidGradient().instructions == [
        .input(0), .input(1), .binary(.multiply, 0, 1), .constant(1), .binary(.subtract, 3, 1),
        .binary(.multiply, 2, 4),
      ])
    #expect(sigmoidGradient().dtype == .float32)
    #expect(sigmoidGradient().scalarCount == 0)
  }

  @Test func `Expressions of the same structure are equal and hash alike`() {
    #expect(sigmoidGradient() == sigmoidGradient())
    #expect(sigmoidGradient().hashValue == sigmoidGradient().hashValue)
    let others = [
      PointwiseExpression(.float32, .float32) { $0.input(0) * $0.input(1) },
      PointwiseExpression(.float32, .float32) { $0.input(1) * $0.input(0) },
      PointwiseExpression(.float32, .float32) { $0.input(0) + $0.input(1) },
      PointwiseExpression(.int32, .int32) { $0.input(0) + $0.input(1) },
      PointwiseExpression(.float32) { 2 * $0.input(0) },
      PointwiseExpression(.float32) { 3 * $0.input(0) },
      PointwiseExpression(.float32, .float32) { 3 * $0.input(0) },
    ]
    #expect(Set(others + others).count == others.count)
  }

  @Test func `An earlier step as the value becomes the last`() {
    let expression = PointwiseExpression(.float32, .float32) { f in
      let first = f.input(0)
      _ = f.input(1)
      return first
    }
    #expect(expression.instructions == [.input(0), .input(1), .cast(0)])
  }

  @Test func `Scalars are counted by their highest number`() {
    let expression = PointwiseExpression(.float32) { f in
      f.scalar(1) * f.input(0) + f.scalar(0)
    }
    #expect(expression.scalarCount == 2)
  }

  @Test func `Comparisons of integers are float masks`() {
    let expression = PointwiseExpression(.int32, .int32) { f in
      f.input(0).combined(.less, with: f.input(1)).selecting(f.input(0), f.input(1))
    }
    #expect(expression.dtypes == [.int32, .int32, .float32, .int32, .int32, .int32])
  }

  @Test func `Misuse of types stops the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = PointwiseExpression(.int32) { $0.input(0).applying(.exp) }
    }
    await #expect(processExitsWith: .failure) {
      _ = PointwiseExpression(.int32, .int32) { $0.input(0) / $0.input(1) }
    }
    await #expect(processExitsWith: .failure) {
      _ = PointwiseExpression(.int32, .float32) { $0.input(0) + $0.input(1) }
    }
    await #expect(processExitsWith: .failure) {
      _ = PointwiseExpression(.int32) { $0.input(0).selecting($0.input(0), $0.input(0)) }
    }
  }
}
