import Backends
import Testing

@Suite struct PoolingTests {
  let arrays = TestArrays()

  static let cases: [(Shape, Pooling)] = [
    ([1, 1, 1, 1], Pooling(window: 1)), ([2, 3, 8, 6], Pooling(window: 2)),
    ([1, 2, 7, 9], Pooling(window: 2)), ([2, 2, 7, 7], Pooling(window: 3, stride: 2)),
    ([1, 2, 6, 5], Pooling(window: 3, stride: 1, padding: 1)),
    ([1, 1, 8, 9], Pooling(window: Pair(2, 3), stride: Pair(3, 1), padding: Pair(1, 0))),
    ([1, 2, 9, 9], Pooling(window: 2, stride: 3)), ([0, 2, 4, 4], Pooling(window: 2)),
    ([3, 0, 4, 4], Pooling(window: 2)), ([5, 40, 6, 6], Pooling(window: 4, stride: 2, padding: 2)),
  ]

  /// The elements of each window, as (position in the whole array, position in the plane).
  private func windows(_ images: Shape, _ pooling: Pooling) -> [[(Int, Int)]] {
    let shape = resultShape(images, pooling)
    var windows: [[(Int, Int)]] = []
    for plane in 0..<shape[0] * shape[1] {
      for row in 0..<shape[2] {
        for column in 0..<shape[3] {
          var window: [(Int, Int)] = []
          for i in 0..<pooling.window.vertical {
            for j in 0..<pooling.window.horizontal {
              let y = row * pooling.stride.vertical - pooling.padding.vertical + i
              let x = column * pooling.stride.horizontal - pooling.padding.horizontal + j
              guard y >= 0, y < images[2], x >= 0, x < images[3] else { continue }
              let position = y * images[3] + x
              window.append((plane * images[2] * images[3] + position, position))
            }
          }
          windows.append(window)
        }
      }
    }
    return windows
  }

  private func resultShape(_ images: Shape, _ pooling: Pooling) -> Shape {
    guard case .success(let shape) = pooling.outputShape(images: images) else {
      preconditionFailure("\(images) and \(pooling) do not fit")
    }
    return shape
  }

  @Test(arguments: cases.indices)
  func `Max pooling takes each window's largest and its position`(_ number: Int) throws {
    let (shape, pooling) = PoolingTests.cases[number]
    let images = try arrays.random(shape, seed: UInt64(number))
    let x = try arrays.floats(images)
    let windows = windows(shape, pooling)
    let chosen = windows.map { window in window.max { x[$0.0] < x[$1.0] }! }
    let result = try arrays.result(resultShape(shape, pooling))
    let indices = try arrays.result(result.shape, .int32)
    try arrays.backend.maxPool(images, pooling, to: result, indices: indices)
    #expect(try arrays.floats(result) == chosen.map { x[$0.0] })
    #expect(try arrays.integers(indices) == chosen.map { Int32($0.1) })

    // Each element's gradient is a sum of at most 16 floats, each addition rounded.
    let gradient = try arrays.random(result.shape, seed: 50)
    let dy = try arrays.doubles(gradient)
    var expected = [Double](repeating: 0, count: shape.count)
    for (window, element) in chosen.enumerated() { expected[element.0] += dy[window] }
    let dx = try arrays.result(shape)
    try arrays.backend.maxPoolGradient(gradient, indices: indices, pooling, to: dx)
    expectClose(try arrays.floats(dx), expected, within: 4 * roundoff)
  }

  /// The mean is rounded once; the gradient adds up to 9 parts, each addition rounded.
  @Test(arguments: cases.indices)
  func `Average pooling divides by the whole window`(_ number: Int) throws {
    let (shape, pooling) = PoolingTests.cases[number]
    let windows = windows(shape, pooling)
    let area = Double(pooling.window.vertical * pooling.window.horizontal)
    func average(_ x: [Double]) -> [Double] {
      windows.map { $0.reduce(0) { $0 + x[$1.0] } / area }
    }
    let images = try arrays.random(shape, seed: UInt64(number))
    let x = try arrays.doubles(images)
    let result = try arrays.result(resultShape(shape, pooling))
    try arrays.backend.averagePool(images, pooling, to: result)
    expectClose(try arrays.floats(result), average(x), within: roundoff)
    // 5·40 planes are too many for finite differences; one small case stands for the overlap.
    if shape.count > 1000 { return }
    let gradient = try arrays.random(result.shape, seed: 51)
    let dx = try arrays.result(shape)
    try arrays.backend.averagePoolGradient(gradient, pooling, to: dx)
    let expected = numericalGradient(at: x, weights: try arrays.doubles(gradient), average)
    expectClose(try arrays.floats(dx), expected, within: 4 * roundoff)
  }

  private func maxPoolIndices(_ elements: [Float], _ shape: Shape, _ pooling: Pooling) throws
    -> (values: [Float], indices: [Int32])
  {
    let result = try arrays.result(resultShape(shape, pooling))
    let indices = try arrays.result(result.shape, .int32)
    try arrays.backend.maxPool(
      arrays.make(elements, shape), pooling, to: result, indices: indices)
    return (try arrays.floats(result), try arrays.integers(indices))
  }

  @Test func `Of equal elements the first is taken, and the first NaN before all`() throws {
    let equal = try maxPoolIndices([5, 5, 5, 5], [1, 1, 2, 2], Pooling(window: 2))
    #expect(equal.values == [5] && equal.indices == [0])
    let lowest = try maxPoolIndices(
      [-.infinity, -.infinity, -.infinity, -.infinity], [1, 1, 2, 2],
      Pooling(window: 2, stride: 1, padding: 1))
    #expect(lowest.indices == [0, 0, 1, 0, 0, 1, 2, 2, 3])
    let nan = try maxPoolIndices([1, .nan, 9, .nan], [1, 1, 2, 2], Pooling(window: 2))
    #expect(nan.values[0].isNaN && nan.indices == [1])
  }

  @Test func `Indices outside the plane reach nothing`() throws {
    let indices = try arrays.make([-1, 16, .max, 5] as [Int32], [1, 1, 2, 2])
    let gradient = try arrays.make([1, 2, 3, 4] as [Float], [1, 1, 2, 2])
    let dx = try arrays.result([1, 1, 4, 4])
    try arrays.backend.maxPoolGradient(gradient, indices: indices, Pooling(window: 2), to: dx)
    var expected = [Float](repeating: 0, count: 16)
    expected[5] = 4
    #expect(try arrays.floats(dx) == expected)
  }

  @Test func `Shapes that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.averagePool(
        try arrays.result([1, 1, 4, 4]), Pooling(window: 2), to: try arrays.result([1, 1, 3, 3]))
    }
  }
}
