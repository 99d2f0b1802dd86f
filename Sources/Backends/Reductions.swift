/// How the elements along the reduced axes become one.
public enum Reduction: UInt8, Sendable, Hashable, CaseIterable {
  /// Their sum; 0 of none.
  case sum
  /// Their arithmetic mean; NaN of none.
  case mean
  /// The largest, NaN where any is NaN; −∞ of none.
  case max
  /// The smallest, NaN where any is NaN; ∞ of none.
  case min
  /// Their product; 1 of none.
  case product
}
