/// Running sums.
public protocol CumulativeOperations {
  /// The sum of the elements up to each one along an axis, itself included; reversed, of those
  /// from each one on. Float32, of one shape.
  func cumulativeSum(
    _ input: StridedArray, axis: Int, reversed: Bool, to result: StridedArray) throws
}
