import BackendCPU
import Backends
import Testing

/// A backend, arrays on it, and their elements back.
struct TestArrays {
  let backend = CPUBackend()

  /// A dense array of the given elements.
  func make<T: Scalar>(_ elements: [T], _ shape: Shape) throws -> StridedArray {
    let array = try allocate(Layout(shape), T.dtype)
    try elements.withUnsafeBytes { try backend.upload($0, to: array) }
    return array
  }

  /// An array of a layout with random elements in [-1, 1).
  func random(_ layout: Layout, seed: UInt64) throws -> StridedArray {
    let array = try allocate(layout, .float32)
    let memory = wholeStorage(of: array)
    try randomFloats(memory.count, seed: seed).withUnsafeBytes {
      try backend.upload($0, to: memory)
    }
    return array
  }

  /// A dense array with random elements in [-1, 1).
  func random(_ shape: Shape, seed: UInt64) throws -> StridedArray {
    try random(Layout(shape), seed: seed)
  }

  /// An array for a result, filled with NaN (−1 as int32) so that a place left out shows.
  func result(_ layout: Layout, _ dtype: DType = .float32) throws -> StridedArray {
    let array = try allocate(layout, dtype)
    let memory = wholeStorage(of: array)
    let bytes = [UInt8](repeating: 0xFF, count: memory.count * dtype.byteWidth)
    try bytes.withUnsafeBytes { try backend.upload($0, to: memory) }
    return array
  }

  func result(_ shape: Shape, _ dtype: DType = .float32) throws -> StridedArray {
    try result(Layout(shape), dtype)
  }

  /// The elements in row-major order.
  func floats(_ array: StridedArray) throws -> [Float] { try elements(array) }

  /// The elements in row-major order.
  func integers(_ array: StridedArray) throws -> [Int32] { try elements(array) }

  /// The elements in double precision, for a computation to compare with.
  func doubles(_ array: StridedArray) throws -> [Double] { try floats(array).map(Double.init) }

  private func elements<T: Scalar>(_ array: StridedArray) throws -> [T] {
    let bytes = try backend.startDownload(of: wholeStorage(of: array)).wait()
    return bytes.withUnsafeBytes { bytes in
      let memory = bytes.bindMemory(to: T.self)
      var elements: [T] = []
      array.layout.forEachIndex { elements.append(memory[$0]) }
      return elements
    }
  }

  private func allocate(_ layout: Layout, _ dtype: DType) throws -> StridedArray {
    let count = (layout.bounds?.upperBound ?? -1) + 1
    return StridedArray(
      try backend.allocate(byteCount: count * dtype.byteWidth), dtype, layout)
  }

  private func wholeStorage(of array: StridedArray) -> StridedArray {
    array.with(Layout([array.storage.byteCount / array.dtype.byteWidth]))
  }
}

/// Random numbers in [-1, 1).
func randomFloats(_ count: Int, seed: UInt64) -> [Float] {
  (0..<count).map { i in
    let words = Philox.words(RandomPosition(seed: seed, block: UInt64(i / 4)))
    return 2 * Philox.uniform(words[i % 4]) - 1
  }
}

/// Expects a normalised mean-square error, Σ(x − y)² / Σy², of at most the square of a bound, and
/// NaN and infinities in the same places.
func expectClose(
  _ actual: [Float], _ expected: [Double], within bound: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  var (error, norm) = (0.0, 0.0)
  for (x, y) in zip(actual, expected) {
    if y.isFinite && x.isFinite {
      error += (Double(x) - y) * (Double(x) - y)
      norm += y * y
    } else {
      #expect(
        Double(x) == y || (x.isNaN && y.isNaN), "\(x) for \(y)", sourceLocation: sourceLocation)
    }
  }
  #expect(
    error <= bound * bound * norm, "root mean-square error \((error / norm).squareRoot())",
    sourceLocation: sourceLocation)
}

/// The gradient of Σ weights · function(x) at x, by central differences in double precision.
func numericalGradient(
  at x: [Double], weights: [Double], _ function: ([Double]) -> [Double]
) -> [Double] {
  let step = 1e-5
  func total(_ x: [Double]) -> Double { zip(function(x), weights).reduce(0) { $0 + $1.0 * $1.1 } }
  return x.indices.map { i in
    var (above, below) = (x, x)
    above[i] += step
    below[i] -= step
    return (total(above) - total(below)) / (2 * step)
  }
}

/// The unit roundoff of float32: what one rounding to nearest can do, relatively.
let roundoff = 0x1p-24
