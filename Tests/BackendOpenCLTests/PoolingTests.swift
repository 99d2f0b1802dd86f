import BackendOpenCL
import Backends
import Testing

@Suite struct PoolingTests {
  static let cases: [(images: Shape, pooling: Pooling)] = [
    ([2, 3, 8, 8], Pooling(window: 2)),
    ([2, 3, 9, 7], Pooling(window: 3, stride: 2, padding: 1)),
    ([1, 5, 6, 11], Pooling(window: Pair(2, 3), stride: 1, padding: Pair(1, 0))),
    ([3, 1, 10, 10], Pooling(window: 2, stride: 3)),
    ([1, 2, 5, 70], Pooling(window: Pair(5, 4), stride: Pair(5, 2), padding: Pair(0, 2))),
  ]

  @Test(arguments: cases)
  func `Pooling and its gradients follow the definition`(images: Shape, pooling: Pooling) throws {
    let reference = PoolingReference(images: images, pooling)
    for backend in Fixture.backends {
      let pixels = try backend.array(reference.pixels, images)
      let largest = try backend.temporary(reference.result)
      let indices = try backend.temporary(reference.result, .int32)
      let means = try backend.temporary(reference.result)
      try backend.maxPool(pixels, pooling, to: largest, indices: indices)
      try backend.averagePool(pixels, pooling, to: means)
      #expect(try backend.elements(indices, as: Int32.self) == reference.indices)
      #expect(try backend.elements(largest) == reference.largest)
      #expect(normalizedError(try backend.elements(means), reference.means) < 1e-13)

      let gradient = try backend.array(reference.gradient, reference.result)
      let byMax = try backend.temporary(images)
      let byMean = try backend.temporary(images)
      try backend.maxPoolGradient(gradient, indices: indices, pooling, to: byMax)
      try backend.averagePoolGradient(gradient, pooling, to: byMean)
      #expect(normalizedError(try backend.elements(byMax), reference.byMax) < 1e-13)
      #expect(normalizedError(try backend.elements(byMean), reference.byMean) < 1e-13)
    }
  }

  @Test func `The first of equal elements is chosen, and NaN before all`() throws {
    let infinite = -Float.infinity
    let pixels: [Float] = [
      1, 1, 2, .nan, 3, infinite, infinite,
      1, 1, .nan, 9, 3, infinite, infinite,
    ]
    for backend in Fixture.backends {
      let largest = try backend.temporary([1, 1, 1, 3])
      let indices = try backend.temporary([1, 1, 1, 3], .int32)
      let pooling = Pooling(window: 2, stride: Pair(2, 2))
      try backend.maxPool(
        try backend.array(pixels, [1, 1, 2, 7]), pooling, to: largest, indices: indices)
      #expect(try backend.elements(indices, as: Int32.self) == [0, 3, 4])
      let values = try backend.elements(largest)
      #expect(values[0] == 1 && values[1].isNaN && values[2] == 3)

      let lowest = try backend.temporary([1, 1, 1, 1])
      let place = try backend.temporary([1, 1, 1, 1], .int32)
      let nothing = try backend.array([infinite, infinite, infinite, infinite], [1, 1, 2, 2])
      try backend.maxPool(nothing, Pooling(window: 2), to: lowest, indices: place)
      #expect(try backend.elements(lowest) == [infinite])
      #expect(try backend.elements(place, as: Int32.self) == [0])
    }
  }
}

/// What pooling computes by the definition.
private struct PoolingReference {
  let result: Shape
  let pixels: [Float]
  let gradient: [Float]
  var indices: [Int32] = []
  var largest: [Float] = []
  var means: [Double] = []
  var byMax: [Double]
  var byMean: [Double]

  init(images: Shape, _ pooling: Pooling) {
    guard case .success(let shape) = pooling.outputShape(images: images) else {
      fatalError("images \(images) do not fit")
    }
    result = shape
    // Few different numbers, so that windows have several largest.
    pixels = numbers(images.count).map { ($0 * 4).rounded() }
    gradient = numbers(shape.count, seed: 2)
    byMax = [Double](repeating: 0, count: images.count)
    byMean = byMax
    let (height, width) = (images[2], images[3])
    let area = Double(pooling.window.vertical * pooling.window.horizontal)
    for plane in 0..<images[0] * images[1] {
      for y in 0..<shape[2] {
        for x in 0..<shape[3] {
          let change = Double(gradient[means.count])
          let top = y * pooling.stride.vertical - pooling.padding.vertical
          let left = x * pooling.stride.horizontal - pooling.padding.horizontal
          let window = (top..<top + pooling.window.vertical).flatMap { row in
            (left..<left + pooling.window.horizontal).compactMap { column in
              0..<height ~= row && 0..<width ~= column ? row * width + column : nil
            }
          }
          let start = plane * height * width
          var best = window[0]
          for place in window where pixels[start + place] > pixels[start + best] { best = place }
          indices.append(Int32(best))
          largest.append(pixels[start + best])
          byMax[start + best] += change
          means.append(window.reduce(0) { $0 + Double(pixels[start + $1]) } / area)
          for place in window { byMean[start + place] += change / area }
        }
      }
    }
  }
}
