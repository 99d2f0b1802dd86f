import Tensors

/// Lists of shapes that functions are tried on: scalars, single elements, odd extents, axes of
/// extent 1.
enum ShapeLists {
  /// One input of any rank.
  static let any: [[Shape]] = [
    [[5]], [[]], [[1]], [[7]], [[3, 4]], [[4, 1]], [[2, 1, 3]], [[2, 3, 2]], [[1, 1, 1, 6]],
    [[2, 2, 1, 3]],
  ]

  /// Two inputs that are broadcast to one shape.
  static let broadcast: [[Shape]] = [
    [[3, 4], [4]], [[3, 1, 4], [2, 1]], [[3, 4], [3, 1]], [[5], []], [[], [3]], [[2, 3], [2, 3]],
    [[1], [1]], [[4, 1], [1, 5]], [[2, 3, 1, 2], [3, 2, 1]], [[1, 2], [3, 4, 2]],
  ]

  /// Two inputs of the same shape.
  static let pairs = any.map { $0 + $0 }

  static let matrices: [[Shape]] = [
    [[3, 4]], [[1, 1]], [[1, 5]], [[5, 1]], [[2, 3]], [[4, 4]], [[7, 2]], [[2, 7]], [[3, 3]],
    [[6, 2]],
  ]

  /// One input of three axes.
  static let volumes: [[Shape]] = [
    [[2, 3, 4]], [[1, 1, 1]], [[1, 2, 5]], [[3, 1, 2]], [[2, 4, 1]], [[4, 2, 3]], [[1, 6, 1]],
    [[5, 1, 1]], [[2, 2, 2]], [[1, 3, 7]],
  ]

  /// Signals `[batch, channels, length]` of at least three places.
  static let signals: [[Shape]] = [
    [[2, 2, 7]], [[1, 1, 3]], [[1, 2, 4]], [[3, 1, 5]], [[1, 1, 6]], [[2, 1, 8]], [[1, 3, 9]],
    [[1, 1, 10]], [[2, 2, 5]], [[1, 4, 3]],
  ]

  /// Images `[batch, channels, height, width]` of at least 2 × 2.
  static let images: [[Shape]] = [
    [[1, 2, 5, 4]], [[1, 1, 2, 2]], [[2, 1, 3, 3]], [[1, 1, 4, 6]], [[1, 2, 2, 5]], [[2, 2, 3, 2]],
    [[1, 3, 4, 2]], [[1, 1, 7, 3]], [[2, 1, 2, 3]], [[1, 1, 5, 5]],
  ]
}
