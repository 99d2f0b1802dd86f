import Backends

/// The shape of a pooling's result in the table, where all of them fit.
func poolingShape(_ images: Shape, _ pooling: Pooling) -> Shape {
  switch pooling.outputShape(images: images) {
  case .success(let shape): shape
  case .failure(let mismatch): misuse("conformance table: \(mismatch)")
  }
}

/// Rows for pooling and its gradients.
enum PoolingRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    let uses = uses(scale)
    return [
      ConformanceRow(.maxPool, "numbers", .exact, uses.map { max($0, $1, .signed) }),
      ConformanceRow(
        .maxPool, "the first of equals", .exact, uses.map { max($0, $1, .wholes(-1...1)) }),
      ConformanceRow(
        .maxPool, "nothing but −∞", .exact, uses.map { max($0, $1, .values([-.infinity])) }),
      ConformanceRow(
        .maxPool, "the first NaN", .exact, uses.map { max($0, $1, .values(withNaN)) }),
      ConformanceRow(.maxPoolGradient, "numbers", .reordered, uses.map(maxGradient)),
      ConformanceRow(
        .averagePool, "numbers", averageBound, uses.map { average($0, $1, .biased) }),
      ConformanceRow(
        .averagePool, "infinities and NaN", averageBound,
        uses.map { average($0, $1, .values([1, 2, .infinity, 3, .nan, 4, 5, 6, -.infinity, 7])) }
      ),
      ConformanceRow(.averagePoolGradient, "numbers", averageBound, uses.map(averageGradient)),
    ]
  }

  static let averageBound = Bound.sums(
    because: "the terms are added in another order, and divided before or after")

  private static let withNaN: [Float] = (0..<23).map { $0 % 9 == 4 ? .nan : Float($0 * 5 % 7) }

  private static func uses(_ scale: Scale) -> [(Shape, Pooling)] {
    small + cutOff + adaptive + scale.including(from: .standard, large)
  }

  private static let small: [(Shape, Pooling)] = [
    ([1, 1, 1, 1], Pooling(window: 1)), ([2, 3, 4, 6], Pooling(window: 2)),
    ([1, 2, 7, 5], Pooling(window: 2)), ([2, 2, 7, 9], Pooling(window: 3, stride: 2)),
    ([1, 3, 8, 7], Pooling(window: 3, stride: 1, padding: 1)),
    ([2, 1, 6, 11], Pooling(window: Pair(2, 5), stride: Pair(1, 3), padding: Pair(1, 2))),
    ([1, 1, 5, 5], Pooling(window: 5)), ([1, 2, 9, 9], Pooling(window: 2, stride: 4)),
    ([3, 5, 3, 3], Pooling(window: 2, stride: 2, padding: 1)),
    ([0, 3, 4, 4], Pooling(window: 2)), ([2, 0, 4, 4], Pooling(window: 2)),
    ([1, 1, 1, 9], Pooling(window: Pair(1, 3), stride: Pair(1, 2))),
  ]

  /// Windows that are cut off at the edge, or not averaged over the padding.
  private static let cutOff: [(Shape, Pooling)] = [
    ([2, 3, 7, 8], Pooling(window: Pair(3, 2), stride: Pair(2, 3), ceilMode: true)),
    ([1, 2, 6, 7], Pooling(window: 3, stride: 2, padding: 1, ceilMode: true)),
    // A last window that would begin behind the image.
    ([1, 2, 4, 5], Pooling(window: 2, stride: 3, padding: Pair(1, 0), ceilMode: true)),
    // A window larger than the image.
    ([1, 3, 2, 1], Pooling(window: 3, ceilMode: true)),
    ([2, 2, 6, 5], Pooling(window: Pair(3, 2), stride: 2, padding: 1, countsPadding: false)),
    (
      [1, 5, 6, 7],
      Pooling(window: 4, stride: Pair(3, 2), padding: 2, ceilMode: true, countsPadding: false)
    ),
  ]

  private static let adaptive: [(Shape, Pooling)] = [
    ([1, 1, 1, 1], .adaptive(1)), ([2, 3, 5, 4], .adaptive(1)),
    ([2, 2, 7, 5], .adaptive(Pair(3, 4))),
    ([1, 3, 6, 8], .adaptive(Pair(3, 2))), ([1, 2, 3, 2], .adaptive(Pair(5, 7))),
    ([2, 1, 10, 3], .adaptive(Pair(4, 3))), ([1, 2, 1, 13], .adaptive(Pair(1, 5))),
    ([0, 2, 4, 4], .adaptive(2)), ([3, 2, 9, 11], .adaptive(7)), ([1, 1, 2, 2], .adaptive(3)),
  ]

  private static let large: [(Shape, Pooling)] = [
    ([8, 20, 24, 24], Pooling(window: 2)),
    ([2, 16, 57, 55], Pooling(window: 3, stride: 2, padding: 1)),
    ([3, 70, 8, 8], Pooling(window: 8)),
  ]

  static func max(_ images: Shape, _ pooling: Pooling, _ filling: Filling) -> ConformanceCase {
    let result = poolingShape(images, pooling)
    return ConformanceCase(
      [.input(images, filling), .result(result), .result(result, .int32)],
      detail: pooling.summary
    ) { try $0.maxPool($1[0], pooling, to: $1[1], indices: $1[2]) }
  }

  static func maxGradient(_ images: Shape, _ pooling: Pooling) -> ConformanceCase {
    let result = poolingShape(images, pooling)
    let positions = Filling.windowPositions(images: images, pooling)
    return ConformanceCase(
      [.input(result, .biased), .input(result, positions), .result(images)],
      detail: pooling.summary, terms: pooling.terms(images)
    ) { try $0.maxPoolGradient($1[0], indices: $1[1], pooling, to: $1[2]) }
  }

  static func average(_ images: Shape, _ pooling: Pooling, _ filling: Filling) -> ConformanceCase {
    ConformanceCase(
      [.input(images, filling), .result(poolingShape(images, pooling))],
      detail: pooling.summary, terms: pooling.terms(images)
    ) { try $0.averagePool($1[0], pooling, to: $1[1]) }
  }

  static func averageGradient(_ images: Shape, _ pooling: Pooling) -> ConformanceCase {
    ConformanceCase(
      [.input(poolingShape(images, pooling), .biased), .result(images)],
      detail: pooling.summary, terms: pooling.terms(images)
    ) { try $0.averagePoolGradient($1[0], pooling, to: $1[1]) }
  }
}

extension Pooling {
  /// The parameters, for reports.
  var summary: String {
    if let adaptiveOutput { return "adaptive \(adaptiveOutput)" }
    return "window \(window) stride \(stride) padding \(padding)"
      + (ceilMode ? " ceil mode" : "") + (countsPadding ? "" : " without padding")
  }

  /// The most elements that meet in one sum, forward or backward.
  func terms(_ images: Shape) -> Int {
    let (vertical, horizontal) = sides(
      images: images, result: poolingShape(images, self))
    return terms(vertical) * terms(horizontal)
  }

  /// The most elements in a window along a side, or windows over an element.
  private func terms(_ side: PoolingSide) -> Int {
    let windows = (0..<side.outputs).map(side.covered)
    let over = (0..<side.extent).map { element in windows.count { $0.contains(element) } }
    return Swift.max(1, (windows.map(\.count) + over).max() ?? 1)
  }
}
