import Backends

/// How far results may be from the reference's.
package enum Bound: Sendable {
  /// The same bits, but any NaN for a NaN.
  case exact
  /// Each element within some units in the last place.
  case ulps(Double, because: String)
  /// Sums of n terms, within `factor` times what rounding them in another order costs.
  ///
  /// Rounding errors are independent enough to grow with √n (Higham, *Accuracy and Stability of
  /// Numerical Algorithms*, §4.5), in relation to the root of the mean square of the results.
  case sums(factor: Double = 1, because: String)

  /// Such sums of products whose two factors may be rounded to a precision.
  ///
  /// With an error of at most u for each factor, a sum of products aᵢbᵢ is off by (2u + u²) Σ |aᵢbᵢ| at
  /// most. The contents of cases cancel so little that Σ |aᵢbᵢ| stays below four times the root of
  /// the mean square of the results.
  case roundedSums(MatrixPrecision, factor: Double = 1)

  /// Sums in an order of the backend's choice, and nothing else.
  static let reordered = Bound.sums(because: "the terms are added in another order")

  /// The limits for results that each are a sum of so many terms.
  func tolerance(terms: Int) -> Tolerance {
    switch self {
    case .exact:
      Tolerance(worst: 0, relativeTo: .bits)
    case .ulps(let count, _):
      Tolerance(worst: count * 0x1p-23, relativeTo: .element)
    case .sums(let factor, _):
      Tolerance(worst: Self.reordering(factor, terms), relativeTo: .rootMeanSquare)
    case .roundedSums(let precision, let factor):
      Tolerance(
        worst: 8 * precision.roundingError + Self.reordering(factor, terms),
        relativeTo: .rootMeanSquare)
    }
  }

  private static func reordering(_ factor: Double, _ terms: Int) -> Double {
    factor * (8 + 4 * Double(terms).squareRoot()) * 0x1p-24
  }
}

/// Limits of the error of one array.
struct Tolerance: Sendable {
  /// What an element's error is measured by.
  enum Yardstick: Sendable {
    /// Nothing: the bits are to be the same.
    case bits
    /// The element itself.
    case element
    /// The root of the mean square of all elements.
    case rootMeanSquare
  }

  /// The largest error of an element, in relation to the yardstick.
  let worst: Double
  /// What the error is measured by.
  let relativeTo: Yardstick

  /// The largest mean square of the errors in relation to that of the elements.
  ///
  /// Many errors do not all reach the worst; a few may.
  func meanSquare(count: Int) -> Double {
    let typical = count < 64 ? worst : worst / 3
    return typical * typical
  }
}

extension Bound: CustomStringConvertible {
  /// The bound in short, such as `4 ulp` or `sums × 2`.
  package var description: String {
    switch self {
    case .exact: "exact"
    case .ulps(let count, _): "\(Self.text(count)) ulp"
    case .sums(let factor, _): Self.sums(factor)
    case .roundedSums(let precision, let factor): "\(precision) \(Self.sums(factor))"
    }
  }

  private static func sums(_ factor: Double) -> String {
    factor == 1 ? "sums" : "sums × \(text(factor))"
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}
