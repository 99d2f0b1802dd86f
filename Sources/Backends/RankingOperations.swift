/// The first elements of rows in the order of their size.
///
/// The order is total, so that it is the same on every device: of equal elements the one with the
/// lower index comes first, and NaN counts as larger than every number.
public protocol RankingOperations {
  /// The `count` largest or smallest elements of each row, the most extreme first, and their
  /// indices in the row as int32.
  ///
  /// Input `[rows, length]`, values and indices `[rows, count]` with count ≤ length.
  func topK(
    _ input: StridedArray, largest: Bool, to values: StridedArray, indices: StridedArray) throws

  /// The gradient of the values of `topK` by its input: for each row, the gradients at their
  /// indices and 0 elsewhere.
  ///
  /// Gradient and indices `[rows, count]`, the indices of a row all different; result
  /// `[rows, length]`.
  func topKGradient(
    _ gradient: StridedArray, indices: StridedArray, to result: StridedArray) throws
}
