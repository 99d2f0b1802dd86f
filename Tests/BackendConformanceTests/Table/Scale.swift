/// How much work the cases of a table are; each scale has the cases of those before it.
enum Scale: Int, Sendable, Comparable {
  /// Every operation over small shapes, for simulators that interpret kernels.
  case reduced
  /// Shapes of many work-groups too, and more random cases.
  case standard
  /// Arrays of a million elements, every layout of every expression and random cases in thousands.
  case full

  static func < (left: Scale, right: Scale) -> Bool { left.rawValue < right.rawValue }

  /// The cases where the scale is at least `smallest`, otherwise none.
  func including<Case>(from smallest: Scale, _ cases: [Case]) -> [Case] {
    self >= smallest ? cases : []
  }
}
