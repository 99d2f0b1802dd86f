/// Whether pointwise operations wait to be computed together.
///
/// They give the same bits either way; tests and measurements turn it off to see what it saves.
package enum PointwiseFusion {
  /// Where it is off, every operation is queued as it is called.
  @TaskLocal package static var isOn = true

  /// The most steps of a fused expression: few enough for their values to stay in registers, and to
  /// be compiled in a moment.
  static let mostInstructions = 64
  /// The most arrays it reads.
  ///
  /// With 64-bit positions in eight axes, these and the result take 880 of the 1024 bytes that every
  /// device offers for arguments.
  static let mostInputs = 10
  /// The most numbers it is given with a call.
  static let mostScalars = 16
  /// The most functions of high effort in an expression that was put together.
  ///
  /// Each result of a chain of them that is needed again, such as on the way back, may be computed
  /// from the beginning of its expression.
  static let mostCostlySteps = 2
  /// The most arrays of full size that a computation may read to be done again for each use: reading
  /// two is no more than writing the result and reading that.
  static let mostInputsToRepeat = 2
}

/// How much work a function is.
enum Effort: Comparable {
  /// As fast as memory, however often.
  case low
  /// Divisions and roots: slower than reading a number that many elements share.
  case moderate
  /// Functions of many steps, whose last bit may also differ between scalars and vectors.
  case high
}
