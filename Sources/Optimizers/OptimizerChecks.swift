import Layers
import Tensors

/// A step number in a checkpoint that cannot be right.
public struct InvalidStepError: Error, Hashable, CustomStringConvertible {
  /// Under which name it is saved.
  public let name: String
  /// The number.
  public let step: Int
  /// The largest it could be.
  public let limit: Int

  /// Which number, and what it could be.
  public var description: String {
    "the optimizer's state does not fit: \(name) is \(step) and must be from 0 to \(limit)"
  }

  /// Throws unless the step is from 0 to the limit.
  static func check(_ step: Int, named name: String, limit: Int = .max) throws(InvalidStepError) {
    guard step >= 0, step <= limit else {
      throw InvalidStepError(name: name, step: step, limit: limit)
    }
  }
}

extension ResumableOptimizer {
  /// Throws unless a step number and tensors could be those of a checkpoint, with tensors like
  /// the expected ones.
  func requireFit(
    step: Int, _ saved: [String: Tensor], like expected: [String: Tensor]
  ) throws {
    try InvalidStepError.check(step, named: "step")
    try Layers.requireFit(saved, like: expected, "tensors of the optimizer's state")
  }
}

/// Stops the program over a setting that is not a number from a range.
func require(_ value: Float, _ name: String, in range: Range<Float>) {
  guard range.contains(value) else {
    misuse(
      "\(name) is \(value) and must be at least \(range.lowerBound) and below "
        + "\(range.upperBound)")
  }
}
