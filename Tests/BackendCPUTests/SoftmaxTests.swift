import Backends
import Glibc
import Testing

@Suite struct SoftmaxTests {
  let arrays = TestArrays()

  static let cases: [(Shape, Int)] = [
    ([1], 0), ([3], 0), ([5, 10], 1), ([5, 10], 0), ([4, 3, 6], 1), ([2, 3, 1], -1), ([0, 4], 1),
    ([4, 0], 1), ([300, 7], 1), ([1, 3001], 1),
  ]

  /// Everything is double precision until the last rounding.
  private let bound = 1.5 * roundoff

  /// Softmax in double precision along an axis of a dense array.
  private func softmax(_ x: [Double], _ shape: Shape, _ axis: Int, logarithmic: Bool) -> [Double] {
    let layout = Layout(shape)
    let axis = shape.normalized(axis)
    var result = x
    if shape[axis] == 0 { return result }
    layout.sliced(axis, 0..<1).forEachIndex { start in
      let row = (0..<shape[axis]).map { start + $0 * layout.stride(axis) }
      let largest = row.map { x[$0] }.max()!
      let sum = row.reduce(0) { $0 + exp(x[$1] - largest) }
      for i in row {
        result[i] = logarithmic ? x[i] - largest - log(sum) : exp(x[i] - largest) / sum
      }
    }
    return result
  }

  @Test(arguments: cases.indices, [false, true])
  func `Softmax and its gradient along any axis`(_ number: Int, _ logarithmic: Bool) throws {
    let (shape, axis) = SoftmaxTests.cases[number]
    let x = randomFloats(shape.count, seed: UInt64(number)).map { 5 * $0 }
    let expected = softmax(x.map(Double.init), shape, axis, logarithmic: logarithmic)
    let result = try arrays.result(shape)
    try arrays.backend.softmax(
      arrays.make(x, shape), axis: axis, logarithmic: logarithmic, to: result)
    expectClose(try arrays.floats(result), expected, within: bound)
    // Where differences of n² function values would take too long, the forward pass suffices.
    if shape.count > 100 { return }
    let gradient = try arrays.random(shape, seed: 60)
    let dx = try arrays.result(shape)
    try arrays.backend.softmaxGradient(
      gradient, output: result, axis: axis, logarithmic: logarithmic, to: dx)
    let numerical = numericalGradient(
      at: x.map(Double.init), weights: try arrays.doubles(gradient)
    ) { softmax($0, shape, axis, logarithmic: logarithmic) }
    // The output given to the gradient was rounded, and differences are good to 1e-9 absolutely.
    for (value, numerical) in zip(try arrays.floats(dx), numerical) {
      #expect(abs(Double(value) - numerical) <= 8 * roundoff)
    }
  }

  @Test func `The course's example`() throws {
    let result = try arrays.result([3])
    try arrays.backend.softmax(
      arrays.make([1.2, 4.0, 0.2] as [Float], [3]), axis: 0, logarithmic: false, to: result)
    // The slide rounds to (0.056, 0.923, 0.02).
    let expected: [Float] = [0.056, 0.923, 0.0206]
    for (value, expected) in zip(try arrays.floats(result), expected) {
      #expect(abs(value - expected) < 0.0006)
    }
  }

  @Test func `Large logits do not overflow`() throws {
    let logits = try arrays.make([1e30, -1e30, 0, 88, 89, 90] as [Float], [2, 3])
    let result = try arrays.result([2, 3])
    try arrays.backend.softmax(logits, axis: 1, logarithmic: false, to: result)
    let values = try arrays.floats(result)
    #expect(values[0...2] == [1, 0, 0])
    #expect(abs(values[3...].reduce(0, +) - 1) < 1e-6)
  }

  @Test func `A row with a NaN, or of minus infinity alone, is NaN`() throws {
    let logits = try arrays.make(
      [1, .nan, 2, -.infinity, -.infinity, -.infinity] as [Float], [2, 3])
    for logarithmic in [false, true] {
      let result = try arrays.result([2, 3])
      try arrays.backend.softmax(logits, axis: 1, logarithmic: logarithmic, to: result)
      #expect(try arrays.floats(result).filter { $0.isNaN }.count == 6)
    }
  }

  @Test(arguments: [0, 1, 5, 300])
  func `Cross-entropy of softmax and its gradient`(_ rows: Int) throws {
    let shape: Shape = [rows, 10]
    let logits = randomFloats(shape.count, seed: 61).map { 4 * $0 }
    let labels = (0..<rows).map { Int32($0 * 7 % 10) }
    func loss(_ x: [Double]) -> [Double] {
      let logarithms = softmax(x, shape, 1, logarithmic: true)
      return (0..<rows).map { -logarithms[$0 * 10 + Int(labels[$0])] }
    }
    let x = try arrays.make(logits, shape)
    let y = try arrays.make(labels, [rows])
    let result = try arrays.result([rows])
    try arrays.backend.softmaxCrossEntropy(x, labels: y, to: result)
    expectClose(try arrays.floats(result), loss(logits.map(Double.init)), within: bound)
    if rows > 100 { return }
    let gradient = try arrays.random([rows], seed: 62)
    let dx = try arrays.result(shape)
    try arrays.backend.softmaxCrossEntropyGradient(gradient, x, labels: y, to: dx)
    let numerical = numericalGradient(
      at: logits.map(Double.init), weights: try arrays.doubles(gradient), loss)
    for (value, numerical) in zip(try arrays.floats(dx), numerical) {
      #expect(abs(Double(value) - numerical) <= 2 * roundoff)
    }
  }

  @Test func `A label that is no class gives NaN`() throws {
    let logits = try arrays.random([4, 3], seed: 63)
    let labels = try arrays.make([0, -1, 3, .max] as [Int32], [4])
    let losses = try arrays.result([4])
    try arrays.backend.softmaxCrossEntropy(logits, labels: labels, to: losses)
    #expect(try arrays.floats(losses).map { $0.isNaN } == [false, true, true, true])
    let dx = try arrays.make([Float](repeating: 0, count: 12), [4, 3])
    let ones = try arrays.make([1, 1, 1, 1] as [Float], [4])
    try arrays.backend.softmaxCrossEntropyGradient(ones, logits, labels: labels, to: dx)
    let isNaN = try arrays.floats(dx).map { $0.isNaN }
    #expect(isNaN == Array(repeating: false, count: 3) + Array(repeating: true, count: 9))
  }
}
