import BackendOpenCL
import Backends
import OpenCL
import TestSupport

/// The device the suite runs on, in both styles of kernels.
enum Fixture {
  static let device = firstComputeDevice

  static let backends: [OpenCLBackend] = {
    do {
      return [
        try OpenCLBackend(device, kernelStyle: .cpu), try OpenCLBackend(device, kernelStyle: .gpu),
      ]
    } catch {
      fatalError("\(error)")
    }
  }()
}

extension OpenCLBackend {
  /// An array on the device with these elements; the layout may walk them in any way.
  func array<Element: Scalar>(_ elements: [Element], _ layout: Layout) throws -> StridedArray {
    let storage = try allocate(byteCount: elements.count * 4)
    try elements.withUnsafeBytes {
      try upload($0, to: StridedArray(storage, Element.dtype, Layout([elements.count])))
    }
    return StridedArray(storage, Element.dtype, layout)
  }

  /// Memory that was taken from the pool, as it is with the first use.
  func memory(byteCount: Int) throws -> Storage {
    let storage = try allocate(byteCount: byteCount)
    let start = StridedArray(storage, .float32, Layout([1]))
    try withUnsafeBytes(of: Float(0)) { try upload($0, to: start) }
    return storage
  }

  /// A dense array on the device.
  func array<Element: Scalar>(_ elements: [Element], _ shape: Shape) throws -> StridedArray {
    try array(elements, Layout(shape))
  }

  /// The first elements of an array's memory.
  func elements<Element: Scalar>(
    _ array: StridedArray, count: Int? = nil, as type: Element.Type = Float.self
  ) throws -> [Element] {
    let whole = array.with(Layout([count ?? array.count]))
    return try startDownload(of: whole).wait().withUnsafeBytes {
      Array($0.bindMemory(to: Element.self))
    }
  }
}

/// Numbers in [-1, 1) that look random, the same in each run.
func numbers(_ count: Int, seed: UInt64 = 1) -> [Float] {
  (0..<count).map { index in
    let words = Philox.words(RandomPosition(seed: seed, block: UInt64(index)))
    return 2 * Philox.uniform(words.x) - 1
  }
}

/// Σ(x − y)² / Σy².
func normalizedError(_ values: [Float], _ expected: [Double]) -> Double {
  var (error, scale) = (0.0, 0.0)
  for (value, expected) in zip(values, expected) {
    error += (Double(value) - expected) * (Double(value) - expected)
    scale += expected * expected
  }
  return values.count == expected.count ? error / max(scale, 1e-30) : .infinity
}

/// The elements a layout walks through, in row-major order.
func walk<Element>(_ elements: [Element], _ layout: Layout) -> [Element] {
  var walked: [Element] = []
  layout.forEachIndex { walked.append(elements[$0]) }
  return walked
}
