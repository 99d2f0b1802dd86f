import Backends

extension CPUBackend {
  /// Sums, means and products are accumulated in double precision and rounded once.
  public func reduce(
    _ reduction: Reduction, _ input: StridedArray, over axes: AxisSet, to result: StridedArray
  ) throws {
    let split = ReducedLayout(input, over: axes, to: result)
    let (source, target) = (input.floatBase, result.floats)
    switch reduction {
    case .sum:
      split.forEachResult { target[$0] = Float(sum(source, split.reduced, at: $1)) }
    case .mean:
      let count = Double(split.reduced.shape.count)
      split.forEachResult { target[$0] = Float(sum(source, split.reduced, at: $1) / count) }
    case .max:
      split.forEachResult { target[$0] = maximum(source, split.reduced, at: $1) }
    case .min:
      split.forEachResult { target[$0] = minimum(source, split.reduced, at: $1) }
    case .product:
      split.forEachResult { target[$0] = Float(product(source, split.reduced, at: $1)) }
    }
  }

  /// The first position of the largest element, or of the first NaN.
  public func argMax(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) throws {
    let split = ReducedLayout(input, over: axes, to: result)
    let (source, target) = (input.floatBase, result.integers)
    guard target.isEmpty || split.reduced.shape.count > 0 else {
      misuse("argMax: shape \(input.shape) is empty along the reduced axes")
    }
    split.forEachResult { position, start in
      target[position] = positionOfMaximum(source, split.reduced, at: start)
    }
  }
}

/// The layout of an array divided into that of its kept axes and that of its reduced ones.
private struct ReducedLayout {
  /// Where the reduction of each result starts.
  let kept: Layout
  /// The elements of one reduction, from offset 0.
  let reduced: Layout

  init(_ input: StridedArray, over axes: AxisSet, to result: StridedArray) {
    let layout = input.layout
    guard result.shape == input.shape.keeping(reduced: axes) else {
      misuse("reduce: shape \(input.shape) to shape \(result.shape)")
    }
    func part(_ chosen: [Int], offset: Int) -> Layout {
      Layout(
        Shape(chosen.map { layout.shape[$0] }), strides: chosen.map(layout.stride), offset: offset)
    }
    kept = part(layout.shape.indices.filter { !axes.contains($0) }, offset: layout.offset)
    reduced = part(layout.shape.indices.filter(axes.contains), offset: 0)
  }

  /// Calls the body with the position of each result and where its elements start in memory.
  func forEachResult(_ body: (Int, Int) -> Void) {
    var position = 0
    kept.forEachIndex { start in
      body(position, start)
      position += 1
    }
  }
}

/// The sum of a layout's elements in double precision.
private func sum(_ source: UnsafeMutablePointer<Float>, _ layout: Layout, at start: Int) -> Double {
  var total = 0.0
  var cursor = StridedCursor(layout)
  cursor.forEachRun(of: layout.shape.count) { index, stride, _, length in
    total += sum(source + start + index, stride, length)
  }
  return total
}

/// The sum of a run in double precision, in four parts so that additions need not wait for each
/// other.
private func sum(_ run: UnsafeMutablePointer<Float>, _ stride: Int, _ count: Int) -> Double {
  var parts = SIMD4<Double>(repeating: 0)
  var i = 0
  while i + 4 <= count {
    parts += SIMD4(
      Double(run[i * stride]), Double(run[(i + 1) * stride]), Double(run[(i + 2) * stride]),
      Double(run[(i + 3) * stride]))
    i += 4
  }
  var total = (parts[0] + parts[1]) + (parts[2] + parts[3])
  while i < count {
    total += Double(run[i * stride])
    i += 1
  }
  return total
}

private func maximum(
  _ source: UnsafeMutablePointer<Float>, _ layout: Layout, at start: Int
) -> Float {
  var largest = -Float.infinity
  var cursor = StridedCursor(layout)
  cursor.forEachRun(of: layout.shape.count) { index, stride, _, length in
    let run = source + start + index
    for i in 0..<length where run[i * stride] > largest || run[i * stride].isNaN {
      // Once it is NaN, no comparison with it holds and only another NaN replaces it.
      largest = run[i * stride]
    }
  }
  return largest
}

private func minimum(
  _ source: UnsafeMutablePointer<Float>, _ layout: Layout, at start: Int
) -> Float {
  var smallest = Float.infinity
  var cursor = StridedCursor(layout)
  cursor.forEachRun(of: layout.shape.count) { index, stride, _, length in
    let run = source + start + index
    for i in 0..<length where run[i * stride] < smallest || run[i * stride].isNaN {
      smallest = run[i * stride]
    }
  }
  return smallest
}

/// The product of a layout's elements in double precision.
private func product(
  _ source: UnsafeMutablePointer<Float>, _ layout: Layout, at start: Int
) -> Double {
  var total = 1.0
  var cursor = StridedCursor(layout)
  cursor.forEachRun(of: layout.shape.count) { index, stride, _, length in
    let run = source + start + index
    for i in 0..<length { total *= Double(run[i * stride]) }
  }
  return total
}

private func positionOfMaximum(
  _ source: UnsafeMutablePointer<Float>, _ layout: Layout, at start: Int
) -> Int32 {
  var (largest, position) = (-Float.infinity, 0)
  var cursor = StridedCursor(layout)
  cursor.forEachRun(of: layout.shape.count) { index, stride, done, length in
    let run = source + start + index
    for i in 0..<length where isBefore(run[i * stride], largest) {
      (largest, position) = (run[i * stride], done + i)
    }
  }
  return Int32(position)
}

/// Whether an element displaces the largest so far: it is larger, or the first NaN.
@inline(__always)
func isBefore(_ element: Float, _ largest: Float) -> Bool {
  element > largest || (element.isNaN && !largest.isNaN)
}
