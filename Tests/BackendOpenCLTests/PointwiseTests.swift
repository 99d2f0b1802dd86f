import BackendOpenCL
import Backends
import Testing

@Suite struct PointwiseTests {
  static let layouts: [(Layout, Layout)] = [
    (Layout([1000]), Layout([1000])),
    (Layout([7, 33]), Layout([33, 7]).permuted([1, 0])),
    (Layout([4, 5, 19]), Layout([19]).broadcast(to: [4, 5, 19])!),
    (Layout([4, 5, 40]), Layout([5, 1]).broadcast(to: [4, 5, 40])!),
    (
      Layout([3, 2, 2, 2, 2, 2, 2, 5]),
      Layout([5, 2, 2, 2, 2, 2, 2, 3]).permuted([7, 1, 5, 3, 4, 2, 6, 0])
    ),
    (
      Layout([6, 50], offset: 3).sliced(1, 7..<44), Layout([6, 37], strides: [37, -1], offset: 36)
    ),
    (Layout([40, 24]).permuted([1, 0]), Layout([24, 40])),
    (Layout([]), Layout([])),
    (Layout([50]), Layout([1]).broadcast(to: [50])!),
  ]

  @Test(arguments: Fixture.backends.indices, layouts.indices)
  func walksAnyLayout(backend: Int, layouts: Int) throws {
    let backend = Fixture.backends[backend]
    let (target, source) = Self.layouts[layouts]
    let x = numbers(1000)
    let y = numbers(1000, seed: 2)
    let expression = PointwiseExpression(.float32, .float32) { f in
      f.input(0) - 2 * f.input(1) + f.scalar(0)
    }
    let result = try backend.array(x, target)
    try backend.pointwise(
      expression, scalars: [0.25], [result, backend.array(y, source)], to: result)
    var expected = x
    let inputs = walk(y, source)
    var number = 0
    target.forEachIndex { index in
      expected[index] = x[index] - 2 * inputs[number] + 0.25
      number += 1
    }
    let values = try backend.elements(result, count: 1000)
    #expect(normalizedError(values, expected.map(Double.init)) < 1e-13)
  }

  @Test(arguments: Fixture.backends.indices)
  func functionsTreatSpecialNumbersAsDocumented(backend: Int) throws {
    let backend = Fixture.backends[backend]
    let special: [Float] = [.nan, .infinity, -.infinity, 0, 1, -2]
    // More than one vector, and a rest.
    let x = (0..<37).map { special[$0 % 6] }
    let y = (0..<37).map { special[$0 / 6 % 6] }
    let arrays = [try backend.array(x, [37]), try backend.array(y, [37])]
    func run(
      _ body:
        @escaping (PointwiseExpression.Term, PointwiseExpression.Term) -> PointwiseExpression.Term
    ) throws -> [Float] {
      let result = try backend.temporary([37])
      let expression = PointwiseExpression(.float32, .float32) { body($0.input(0), $0.input(1)) }
      try backend.pointwise(expression, scalars: [], arrays, to: result)
      return try backend.elements(result)
    }
    func same(_ values: [Float], _ reference: (Float, Float) -> Float) -> Bool {
      zip(values, zip(x, y)).allSatisfy { value, pair in
        let expected = reference(pair.0, pair.1)
        return value == expected || value.isNaN && expected.isNaN
      }
    }
    #expect(
      same(try run { $0.combined(.maximum, with: $1) }) {
        $0.isNaN || $1.isNaN ? .nan : max($0, $1)
      })
    #expect(
      same(try run { $0.combined(.minimum, with: $1) }) {
        $0.isNaN || $1.isNaN ? .nan : min($0, $1)
      })
    #expect(same(try run { $0.combined(.less, with: $1) }) { $0 < $1 ? 1 : 0 })
    #expect(same(try run { $0.combined(.notEqual, with: $1) }) { $0 != $1 ? 1 : 0 })
    #expect(same(try run { $0.selecting($1, -$1) }) { $0 != 0 ? $1 : -$1 })
    #expect(same(try run { x, _ in x.applying(.sqrt) }) { x, _ in x.squareRoot() })
  }

  @Test(arguments: Fixture.backends.indices)
  func integersWrapAndConvert(backend: Int) throws {
    let backend = Fixture.backends[backend]
    let x: [Int32] = (0..<20).map { $0 % 2 == 0 ? .max - $0 : .min + $0 }
    let expression = PointwiseExpression(.int32) { f in
      (f.input(0) * f.input(0) + f.input(0)).applying(.abs)
    }
    let input = try backend.array(x, [20])
    let result = try backend.temporary([20], .int32)
    try backend.pointwise(expression, scalars: [], [input], to: result)
    let expected = x.map { Int32(truncatingIfNeeded: ($0 &* $0 &+ $0).magnitude) }
    #expect(try backend.elements(result, as: Int32.self) == expected)

    let floats = try backend.array([1.9, -1.9, 3e9, .nan] as [Float], [4])
    let whole = try backend.temporary([4], .int32)
    let toInteger = PointwiseExpression(.float32) { $0.input(0).cast(to: .int32) }
    try backend.pointwise(toInteger, scalars: [], [floats], to: whole)
    #expect(try backend.elements(whole, as: Int32.self) == [1, -1, .max, 0])
  }

  @Test func sourcesDifferOnlyWhereTheyMust() {
    let expression = PointwiseExpression(.float32) { 0.1 * $0.input(0) }
    func source(_ steps: [ElementStep]) -> String {
      PointwiseSource(
        expression: expression, axisCount: 1, steps: steps, needsLongIndices: false, vectorWidth: 8
      ).text(.embedded)
    }
    #expect(source([.unit, .unit]).contains("vload8(0, x0 + at_x0)"))
    #expect(source([.unit, .none]).contains("const float t2 = t1 * t0;"))
    #expect(source([.far, .unit]).contains("store_some_float(value, result + at_result"))
    // 0.1 to the bit, not in decimal.
    #expect(source([.unit, .unit]).contains("as_float(0x3dcccccdu)"))
  }
}
