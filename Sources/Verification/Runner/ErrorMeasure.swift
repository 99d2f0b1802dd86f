/// How far an array of floats is from the reference's.
struct ErrorMeasure {
  /// Σ (x − y)² / Σ y² over the finite elements.
  private(set) var meanSquare = 0.0
  /// The largest |x − y|, in relation to the yardstick.
  private(set) var worst = 0.0
  /// The position of that element in row-major order.
  private(set) var worstPosition = 0
  /// The first element that is not finite where the reference is, or the other way round.
  private(set) var mismatch: Int?

  /// Compares results with the reference's.
  init(_ results: [Float], reference: [Float], relativeTo yardstick: Tolerance.Yardstick) {
    var squares = 0.0
    var errorSquares = 0.0
    for (position, (x, y)) in zip(results, reference).enumerated() {
      guard x.isFinite, y.isFinite else {
        if !(x == y || x.isNaN && y.isNaN), mismatch == nil { mismatch = position }
        continue
      }
      squares += Double(y) * Double(y)
      let error = Double(x) - Double(y)
      errorSquares += error * error
    }
    meanSquare = Self.ratio(errorSquares, squares)
    let size = (squares / Double(max(1, reference.count))).squareRoot()
    for (position, (x, y)) in zip(results, reference).enumerated() where x.isFinite && y.isFinite {
      let scale = yardstick == .element ? Double(abs(y)) : size
      let error = Self.ratio(abs(Double(x) - Double(y)), scale)
      if error > worst { (worst, worstPosition) = (error, position) }
    }
  }

  /// The quotient, but 0 for no error at all, whatever it is divided by.
  private static func ratio(_ error: Double, _ scale: Double) -> Double {
    error == 0 ? 0 : error / scale
  }
}
