/// How much work the cases of a table are; each scale has the cases of those before it.
package enum Scale: String, Sendable, CaseIterable {
  /// Every operation over small shapes, for simulators that interpret kernels.
  case reduced
  /// Shapes of many work-groups too, and more random cases.
  case standard
  /// Arrays of a million elements, every layout of every expression and random cases in thousands.
  case full

  /// The cases where the scale is at least `smallest`, otherwise none.
  func including<Case>(from smallest: Scale, _ cases: [Case]) -> [Case] {
    self >= smallest ? cases : []
  }
}

extension Scale: Comparable {
  /// Whether the left one is less work.
  package static func < (left: Scale, right: Scale) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .reduced: 0
    case .standard: 1
    case .full: 2
    }
  }
}
