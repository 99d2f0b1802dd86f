import Backends

/// How far the results of a case are from what is right.
package struct CaseResult: Sendable {
  /// The largest error beside its bound; nil where results have to be the same bits.
  package private(set) var error: BoundedError?
  /// What is wrong with the results, or nil.
  package private(set) var problem: String?

  /// Results without an error.
  init() {}

  init(error: BoundedError? = nil, problem: String?) {
    self.error = error
    self.problem = problem
  }

  /// The result of calling the same twice.
  static func repeated(_ isSame: Bool) -> CaseResult {
    CaseResult(problem: isSame ? nil : "the second run gives other bits")
  }

  /// Compares the bits of floats with the reference's.
  init(_ results: [UInt32], _ references: [UInt32], _ tolerance: Tolerance) {
    if tolerance.relativeTo == .bits {
      let difference = firstDifference(results, references) { x, y in
        x == y || Float(bitPattern: x).isNaN && Float(bitPattern: y).isNaN
      }
      self.init(problem: difference)
    } else {
      self.init(
        results.map(Float.init(bitPattern:)), references.map(Float.init(bitPattern:)), tolerance)
    }
  }

  private init(_ results: [Float], _ references: [Float], _ tolerance: Tolerance) {
    let measure = ErrorMeasure(results, reference: references, relativeTo: tolerance.relativeTo)
    error = BoundedError(measure.worst, bound: tolerance.worst)
    if let place = measure.mismatch {
      problem = "element \(place) is \(results[place]) instead of \(references[place])"
      return
    }
    let meanSquareBound = tolerance.meanSquare(count: results.count)
    guard measure.worst > tolerance.worst || measure.meanSquare > meanSquareBound else { return }
    let place = measure.worstPosition
    problem =
      "error \(measure.worst) at element \(place) (\(results[place]) instead of "
      + "\(references[place])), bound \(tolerance.worst); mean square \(measure.meanSquare), "
      + "bound \(meanSquareBound)"
  }

  /// The worse of both errors, and the problems of both, those of the other one under a name.
  func merging(_ other: CaseResult, as name: String) -> CaseResult {
    let found = other.problem.map { "\(name): \($0)" }
    let problems = [problem, found].compactMap { $0 }
    return CaseResult(
      error: [error, other.error].compactMap { $0 }.max(),
      problem: problems.isEmpty ? nil : problems.joined(separator: "; "))
  }
}

/// An error beside the bound it has to keep.
package struct BoundedError: Sendable, Comparable {
  /// The error, in the measure of the bound.
  package let value: Double
  /// The largest error allowed.
  package let bound: Double

  init(_ value: Double, bound: Double) {
    self.value = value
    self.bound = bound
  }

  /// Whether the left one is the smaller part of its bound.
  package static func < (left: BoundedError, right: BoundedError) -> Bool {
    left.value * right.bound < right.value * left.bound
  }
}

/// The first of two arrays' elements that are not the same, or nil.
func firstDifference(
  _ results: [UInt32], _ references: [UInt32], _ same: (UInt32, UInt32) -> Bool
) -> String? {
  guard results.count == references.count else {
    return "\(results.count) elements instead of \(references.count)"
  }
  let places = zip(results, references).enumerated().filter { !same($1.0, $1.1) }
  guard let (place, (x, y)) = places.first else { return nil }
  return "\(places.count) of \(results.count) elements differ, the first at \(place): "
    + "\(Float(bitPattern: x)) (\(Int32(bitPattern: x))) instead of "
    + "\(Float(bitPattern: y)) (\(Int32(bitPattern: y)))"
}
