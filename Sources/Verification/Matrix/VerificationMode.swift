/// What is asked of a device's results.
package enum VerificationMode: String, Sendable, CaseIterable {
  /// That they are the reference's, but for rounding.
  case forward
  /// That gradients are the differences of the function's values.
  case gradient
  /// That the same call gives the same bits again.
  case repeatability = "repeat"
}
