import BackendOpenCL
import Backends
import Testing

@Suite struct ReductionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var layout: Layout
    var axes: [Int]
    var testDescription: String { "\(layout.shape) \(layout.strides) over \(axes)" }
  }

  static let cases = [
    Case(layout: Layout([5, 7]), axes: [1]), Case(layout: Layout([5, 7]), axes: [0]),
    Case(layout: Layout([3, 5000]), axes: [1]), Case(layout: Layout([128, 500]), axes: [0]),
    Case(layout: Layout([5000, 3]), axes: [0]), Case(layout: Layout([5000, 21]), axes: [0]),
    Case(layout: Layout([16, 20, 300]), axes: [0, 2]),
    Case(layout: Layout([6, 5, 7, 3]), axes: [1, 3]),
    Case(layout: Layout([6, 5, 7, 3]), axes: [0, 2]),
    Case(layout: Layout([3, 4, 5, 2, 3, 4]), axes: [0, 2, 4]),
    Case(layout: Layout([3, 4, 5, 2, 3, 4]), axes: [1, 3, 5]),
    Case(layout: Layout([100_000]), axes: [0]), Case(layout: Layout([7]), axes: []),
    Case(layout: Layout([300, 70]).permuted([1, 0]), axes: [0]),
    Case(layout: Layout([300, 70]).permuted([1, 0]), axes: [1]),
    Case(layout: Layout([4, 1]).broadcast(to: [4, 900])!, axes: [1]),
    Case(layout: Layout([9000], strides: [-3], offset: 26_997), axes: [0]),
    Case(layout: Layout([40, 60], offset: 5).sliced(1, 3..<50), axes: [1]),
  ]

  /// Products of so many of these numbers are 0; the conformance table chooses others for them.
  private static let reductions: [(Reduction, @Sendable ([Double]) -> Double)] = [
    (.sum, { $0.reduce(0, +) }), (.mean, { $0.reduce(0, +) / Double($0.count) }),
    (.max, { $0.max() ?? -.infinity }), (.min, { $0.min() ?? .infinity }),
  ]

  @Test(arguments: Fixture.backends.indices, cases)
  func reductionsAgreeWithDoublePrecision(backend: Int, test: Case) throws {
    let backend = Fixture.backends[backend]
    // Mostly positive, so that sums do not cancel and a relative bound means something.
    let memory = numbers((test.layout.bounds?.upperBound ?? 0) + 1).map { $0 + 0.5 }
    let input = try backend.array(memory, test.layout)
    let axes = AxisSet(test.axes, of: input.shape)
    let outputs = grouped(walk(memory, test.layout), input.shape, axes)
    let result = try backend.temporary(input.shape.keeping(reduced: axes))
    for (reduction, combine) in Self.reductions {
      try backend.reduce(reduction, input, over: axes, to: result)
      let expected = outputs.map { combine($0.map(Double.init)) }
      #expect(normalizedError(try backend.elements(result), expected) < 1e-12)
    }
    let positions = try backend.temporary(result.shape, .int32)
    try backend.argMax(input, over: axes, to: positions)
    let expected = outputs.map { values in Int32(values.firstIndex(of: values.max()!)!) }
    #expect(try backend.elements(positions, as: Int32.self) == expected)
  }

  @Test(arguments: Fixture.backends.indices)
  func aSumOfTenMillionIsAccurate(backend: Int) throws {
    let backend = Fixture.backends[backend]
    let storage = try backend.temporary([10_000_000])
    let position = RandomPosition(seed: 3, block: 0)
    try backend.random(.uniform(low: 0, high: 1), at: position, to: storage)
    let expected = try backend.elements(storage).reduce(0) { $0 + Double($1) }
    for shape in [[10_000_000], [1000, 10_000], [10_000, 1000]] as [Shape] {
      let array = storage.with(Layout(shape))
      let result = try backend.temporary(Shape(shape.map { _ in 1 }))
      try backend.reduce(.sum, array, over: .all(of: shape), to: result)
      #expect(normalizedError(try backend.elements(result), [expected]) < 1e-12)
      let columns = try backend.temporary(shape.keeping(reduced: AxisSet([0], of: shape)))
      try backend.reduce(.sum, array, over: AxisSet([0], of: shape), to: columns)
      let sums = try backend.elements(columns).reduce(0) { $0 + Double($1) }
      #expect(normalizedError([Float(sums)], [expected]) < 1e-12)
    }
  }

  @Test(arguments: Fixture.backends.indices)
  func emptyAndSpecialInputsFollowTheDocumentation(backend: Int) throws {
    let backend = Fixture.backends[backend]
    let empty = try backend.array([Float](), [3, 0])
    let result = try backend.temporary([3, 1])
    try backend.reduce(.sum, empty, over: AxisSet([1], of: [3, 0]), to: result)
    #expect(try backend.elements(result) == [0, 0, 0])
    try backend.reduce(.mean, empty, over: AxisSet([1], of: [3, 0]), to: result)
    #expect(try backend.elements(result).allSatisfy { $0.isNaN })
    try backend.reduce(.max, empty, over: AxisSet([1], of: [3, 0]), to: result)
    #expect(try backend.elements(result) == [-.infinity, -.infinity, -.infinity])

    var values = [Float](repeating: -.infinity, count: 5000)
    values[4711] = .infinity
    let array = try backend.array(values, [1, 5000])
    let one = try backend.temporary([1, 1])
    try backend.reduce(
      .sum, array.with(Layout([1, 4000])), over: AxisSet([1], of: [1, 4000]), to: one)
    #expect(try backend.elements(one) == [-.infinity])
    values[17] = .nan
    let withNaN = try backend.array(values, [1, 5000])
    try backend.reduce(.max, withNaN, over: AxisSet([1], of: [1, 5000]), to: one)
    #expect(try backend.elements(one)[0].isNaN)
    let position = try backend.temporary([1, 1], .int32)
    try backend.argMax(array, over: AxisSet([1], of: [1, 5000]), to: position)
    #expect(try backend.elements(position, as: Int32.self) == [4711])
    try backend.argMax(withNaN, over: AxisSet([1], of: [1, 5000]), to: position)
    #expect(try backend.elements(position, as: Int32.self) == [17])
  }

  /// The elements of each output, in row-major order.
  private func grouped(_ elements: [Float], _ shape: Shape, _ axes: AxisSet) -> [[Float]] {
    let order = shape.indices.filter { !axes.contains($0) } + shape.indices.filter(axes.contains)
    let sorted = walk(elements, Layout(shape).permuted(order))
    let count = shape.indices.filter(axes.contains).reduce(1) { $0 * shape[$1] }
    return stride(from: 0, to: sorted.count, by: count).map { Array(sorted[$0..<$0 + count]) }
  }
}
