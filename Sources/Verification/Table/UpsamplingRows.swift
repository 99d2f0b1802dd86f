import Backends

/// Rows for bringing images to another size, and its gradient.
enum UpsamplingRows {
  static func all(_ scale: Scale) -> [ConformanceRow] {
    modes.flatMap { name, mode -> [ConformanceRow] in
      let sizes = small + scale.including(from: .standard, large)
      return [
        ConformanceRow(.upsample, name, bound(mode), sizes.map { forward(mode, $0, $1) }),
        ConformanceRow(.upsampleGradient, name, bound(mode), sizes.map { gradient(mode, $0, $1) }),
      ]
    }
  }

  static let modes: [(String, Upsampling.Mode)] = [
    ("nearest", .nearest), ("bilinear", .bilinear(alignsCorners: false)),
    ("bilinear, aligned corners", .bilinear(alignsCorners: true)),
  ]

  static func bound(_ mode: Upsampling.Mode) -> Bound {
    .sums(
      because: mode == .nearest
        ? "gradients are added in single precision"
        : "gradients are added in single precision, and weights are quotients within 2.5 units")
  }

  private static let small: [(Shape, Pair)] = [
    ([1, 1, 1, 1], 1), ([1, 1, 1, 1], Pair(3, 5)), ([2, 3, 4, 6], Pair(8, 12)),
    ([1, 2, 3, 5], Pair(9, 5)), ([2, 2, 7, 9], Pair(5, 13)), ([1, 3, 8, 7], Pair(3, 2)),
    ([2, 1, 6, 11], 1), ([1, 1, 5, 5], 5), ([3, 5, 3, 3], 4), ([0, 3, 4, 4], 8),
    ([2, 0, 4, 4], 8), ([1, 1, 1, 9], Pair(1, 31)), ([1, 1, 9, 1], Pair(17, 2)),
  ]

  private static let large: [(Shape, Pair)] = [
    ([8, 20, 24, 24], 48), ([2, 16, 57, 55], Pair(100, 91)), ([3, 70, 9, 9], 4),
    ([1, 1, 200, 3], Pair(7, 300)),
  ]

  static func forward(
    _ mode: Upsampling.Mode, _ images: Shape, _ size: Pair
  ) -> ConformanceCase {
    ConformanceCase(
      [.input(images, .signed), .result([images[0], images[1], size.vertical, size.horizontal])],
      terms: 4
    ) { try $0.upsample($1[0], Upsampling(mode: mode, size: size), to: $1[1]) }
  }

  static func gradient(
    _ mode: Upsampling.Mode, _ images: Shape, _ size: Pair
  ) -> ConformanceCase {
    // The outputs within a pixel on either side, along each of the two.
    let terms = [(images[2], size.vertical), (images[3], size.horizontal)]
      .reduce(1) { $0 * (2 * $1.1 / max($1.0, 1) + 2) }
    return ConformanceCase(
      [.input([images[0], images[1], size.vertical, size.horizontal], .biased), .result(images)],
      terms: terms
    ) { try $0.upsampleGradient($1[0], Upsampling(mode: mode, size: size), to: $1[1]) }
  }
}
