/// The counter-based generator Philox 4×32-10.
///
/// Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011). Block `b` of
/// the stream of a seed is computed from nothing but `b` and the seed, so any device computes any
/// part of it in any order. `Kernels/random.cl` does the same steps; the two agree bit for bit
/// because they use integer arithmetic and float additions and multiplications only, which IEEE 754
/// rounds in one way. (Division, square root and logarithm of OpenCL may round differently.)
public enum Philox {
  /// The four 32-bit words of a block.
  public static func words(_ position: RandomPosition) -> SIMD4<UInt32> {
    var counter = SIMD4(
      UInt32(truncatingIfNeeded: position.block), UInt32(truncatingIfNeeded: position.block >> 32),
      0, 0)
    var key = SIMD2(
      UInt32(truncatingIfNeeded: position.seed), UInt32(truncatingIfNeeded: position.seed >> 32))
    for round in 0..<10 {
      if round > 0 { key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let a = UInt64(0xD251_1F53) * UInt64(counter.x)
      let b = UInt64(0xCD9E_8D57) * UInt64(counter.z)
      counter = SIMD4(
        UInt32(b >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: b),
        UInt32(a >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: a))
    }
    return counter
  }

  /// A word as a number in [0, 1), a multiple of 2⁻²⁴.
  public static func uniform(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  /// Two words as two independent numbers of the standard normal distribution.
  ///
  /// The transform of Box and Muller (1958): radius √(−2 ln u) at a random angle; at most 5.77 in
  /// absolute value.
  public static func normals(_ a: UInt32, _ b: UInt32) -> (Float, Float) {
    let radius = squareRoot(-2 * logarithm(Float((a >> 8) + 1) * 0x1p-24))
    // The top two bits choose a quarter of the circle, the rest an angle within ±π/4.
    let angle = (Float((b >> 6) & 0xFF_FFFF) * 0x1p-24 - 0.5) * 1.57079632679
    let square = angle * angle
    let sine =
      ((-1.9515295891e-4 * square + 8.3321608736e-3) * square - 1.6666654611e-1) * square * angle
      + angle
    let cosine =
      ((2.443315711809948e-5 * square - 1.388731625493765e-3) * square + 4.166664568298827e-2)
      * square * square - 0.5 * square + 1
    let x = radius * cosine
    let y = radius * sine
    switch b >> 30 {
    case 0: return (x, y)
    case 1: return (-y, x)
    case 2: return (-x, -y)
    default: return (y, -x)
    }
  }

  /// ln x for x in [2⁻²⁴, 1], by the polynomial of the Cephes library's `logf` (Moshier 1989).
  private static func logarithm(_ x: Float) -> Float {
    // x = mantissa · 2^exponent with the mantissa in [√½, √2).
    let bits = x.bitPattern &- 0x3F35_04F3
    let exponent = Float(Int32(bitPattern: bits) >> 23)
    let f = Float(bitPattern: (bits & 0x7F_FFFF) &+ 0x3F35_04F3) - 1
    let z = f * f
    var y: Float = 7.0376836292e-2
    y = y * f - 1.1514610310e-1
    y = y * f + 1.1676998740e-1
    y = y * f - 1.2420140846e-1
    y = y * f + 1.4249322787e-1
    y = y * f - 1.6668057665e-1
    y = y * f + 2.0000714765e-1
    y = y * f - 2.4999993993e-1
    y = y * f + 3.3333331174e-1
    y = y * f * z
    y = y + exponent * -2.12194440e-4
    y = y - 0.5 * z
    return f + y + exponent * 0.693359375
  }

  /// √x by Newton's iteration for 1/√x, from the usual first guess on the bits.
  private static func squareRoot(_ x: Float) -> Float {
    var y = Float(bitPattern: 0x5F37_59DF &- (x.bitPattern >> 1))
    for _ in 0..<4 { y = y * (1.5 - 0.5 * x * y * y) }
    return x * y
  }
}
