import Backends
import Testing

@Suite struct ReductionTests {
  let arrays = TestArrays()

  /// Layouts of every kind with the axes to reduce.
  static let cases: [(Layout, [Int])] = [
    (Layout([1]), [0]), (Layout([7]), [0]), (Layout([100_003]), [0]), (Layout([3, 5]), []),
    (Layout([33, 65]), [0]), (Layout([33, 65]), [1]), (Layout([33, 65]), [0, 1]),
    (Layout([4, 5, 6, 7]), [0, 2]), (Layout([4, 5, 6, 7]), [1, 3]), (Layout([4, 5, 6, 7]), [3]),
    (Layout([9, 8, 7]).permuted([2, 0, 1]), [1]),
    (Layout([9, 8, 7]).permuted([2, 0, 1]), [0, 2]),
    (Layout([6, 1]).broadcast(to: [3, 6, 5])!, [0, 2]),
    (Layout([20, 30]).sliced(1, 5..<22), [0]), (Layout([40], strides: [-2], offset: 80), [0]),
    (Layout([]), []), (Layout([0, 3]), [1]),
  ]

  /// The elements reduced into each place of the result, in row-major order.
  private func groups(_ array: StridedArray, _ axes: AxisSet) throws -> [[Double]] {
    let kept = array.shape.keeping(reduced: axes)
    // The place in the result of each element: the result's own layout, broadcast back.
    var groups = Array(repeating: [Double](), count: kept.count)
    let elements = try arrays.doubles(array)
    var i = 0
    Layout(kept).broadcast(to: array.shape)!.forEachIndex { place in
      groups[place].append(elements[i])
      i += 1
    }
    return groups
  }

  /// Accumulated in double precision and rounded once: the unit roundoff of the result and a
  /// trace of the accumulation, where terms cancel.
  @Test(arguments: cases.indices)
  func `Reductions over any axes of any layout`(_ number: Int) throws {
    let (layout, axes) = ReductionTests.cases[number]
    let input = try arrays.random(layout, seed: UInt64(number))
    let reduced = AxisSet(axes, of: layout.shape)
    let groups = try groups(input, reduced)
    let result = try arrays.result(layout.shape.keeping(reduced: reduced))
    for reduction in Reduction.allCases {
      try arrays.backend.reduce(reduction, input, over: reduced, to: result)
      let values = try arrays.floats(result)
      for (value, group) in zip(values, groups) {
        let expected = reference(reduction, group)
        #expect(abs(Double(value) - expected) <= roundoff * abs(expected) + 1e-11, "\(reduction)")
      }
    }
  }

  private func reference(_ reduction: Reduction, _ group: [Double]) -> Double {
    switch reduction {
    case .sum: group.reduce(0, +)
    case .mean: group.reduce(0, +) / Double(group.count)
    case .max: group.max() ?? -.infinity
    case .min: group.min() ?? .infinity
    case .product: group.reduce(1, *)
    }
  }

  @Test(arguments: cases.indices)
  func `argMax finds the first of the largest in row-major order`(_ number: Int) throws {
    let (layout, axes) = ReductionTests.cases[number]
    let reduced = AxisSet(axes, of: layout.shape)
    let input = try arrays.random(layout, seed: UInt64(100 + number))
    let result = try arrays.result(layout.shape.keeping(reduced: reduced), .int32)
    try arrays.backend.argMax(input, over: reduced, to: result)
    let positions = try groups(input, reduced).map { group in
      Int32(group.firstIndex(of: group.max()!)!)
    }
    #expect(try arrays.integers(result) == positions)
  }

  @Test func `Nothing reduces to 0, NaN and minus infinity`() throws {
    let input = try arrays.make([] as [Float], [2, 0])
    let result = try arrays.result([2, 1])
    let axes = AxisSet([1], of: input.shape)
    try arrays.backend.reduce(.sum, input, over: axes, to: result)
    #expect(try arrays.floats(result) == [0, 0])
    try arrays.backend.reduce(.mean, input, over: axes, to: result)
    #expect(try arrays.floats(result).filter { $0.isNaN }.count == 2)
    try arrays.backend.reduce(.max, input, over: axes, to: result)
    #expect(try arrays.floats(result) == [-.infinity, -.infinity])
  }

  @Test func `NaN is the largest, and the first NaN is found`() throws {
    let rows: [Float] = [1, .nan, 9, .nan, -.infinity, -.infinity, -.infinity, -.infinity]
    let input = try arrays.make(rows, [2, 4])
    let axes = AxisSet([1], of: input.shape)
    let largest = try arrays.result([2, 1])
    try arrays.backend.reduce(.max, input, over: axes, to: largest)
    let values = try arrays.floats(largest)
    #expect(values[0].isNaN && values[1] == -.infinity)
    let position = try arrays.result([2, 1], .int32)
    try arrays.backend.argMax(input, over: axes, to: position)
    #expect(try arrays.integers(position) == [1, 0])
  }

  @Test func `argMax of nothing stops the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      let input = try arrays.make([] as [Float], [2, 0])
      try arrays.backend.argMax(
        input, over: AxisSet([1], of: input.shape), to: try arrays.result([2, 1], .int32))
    }
  }
}
