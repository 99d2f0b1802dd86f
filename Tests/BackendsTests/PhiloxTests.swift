import Backends
import Glibc
import Testing

@Suite struct PhiloxTests {
  /// The first of Random123's known answers (kat_vectors: philox4x32, 10 rounds).
  ///
  /// The others use the upper half of the counter, which a stream of 2⁶⁴ blocks leaves at zero.
  @Test func `The published known answer`() {
    #expect(
      Philox.words(RandomPosition(seed: 0, block: 0))
        == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
  }

  /// The algorithm again, in the paper's notation, with the whole counter: checked against
  /// Random123's other known answers, then compared where a position reaches.
  @Test func `Any position agrees with a plain transcription of the paper`() {
    let full = transcription(
      SIMD4(repeating: 0xFFFF_FFFF), SIMD2(repeating: 0xFFFF_FFFF))
    #expect(full == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = transcription(
      SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0))
    #expect(pi == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
    for position in [
      RandomPosition(seed: 1, block: 0), RandomPosition(seed: .max, block: .max),
      RandomPosition(seed: 0x0123_4567_89AB_CDEF, block: 0xFEDC_BA98_7654_3210),
    ] {
      let counter = SIMD4(
        UInt32(position.block & 0xFFFF_FFFF), UInt32(position.block >> 32), 0, 0)
      let key = SIMD2(UInt32(position.seed & 0xFFFF_FFFF), UInt32(position.seed >> 32))
      #expect(Philox.words(position) == transcription(counter, key))
    }
  }

  private func transcription(_ counter: SIMD4<UInt32>, _ key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let (high0, low0) = (0xD251_1F53 as UInt32).multipliedFullWidth(by: c[0])
      let (high1, low1) = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: c[2])
      c = SIMD4(high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0)
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }

  @Test func `Uniform numbers are multiples of 2⁻²⁴ below 1`() {
    #expect(Philox.uniform(0) == 0)
    #expect(Philox.uniform(0xFF) == 0)
    #expect(Philox.uniform(0x100) == 0x1p-24)
    #expect(Philox.uniform(.max) == 1 - 0x1p-24)
  }

  /// The bound is 4·10⁻⁷ of the radius: the sine's polynomial is good to 1e-8, and a dozen single
  /// roundings follow.
  @Test func `Normal numbers are the Box–Muller transform`() {
    var words = (0..<50_000).map { Philox.words(RandomPosition(seed: 7, block: $0)) }
    // The ends of both ranges, and every quarter's border.
    for a in [0, 0xFF, 0x100, .max] as [UInt32] {
      for b in [0, 0x3F, 0x40, 0x3FFF_FFFF, 0x4000_0000, 0x8000_0000, .max] as [UInt32] {
        words.append(SIMD4(a, b, b, a))
      }
    }
    for word in words {
      for (a, b) in [(word.x, word.y), (word.z, word.w)] {
        let (x, y) = Philox.normals(a, b)
        let radius = (-2 * log((Double(a >> 8) + 1) * 0x1p-24)).squareRoot()
        let angle =
          (Double((b >> 6) & 0xFF_FFFF) * 0x1p-24 - 0.5 + Double(b >> 30)) * Double.pi / 2
        #expect(abs(Double(x) - radius * cos(angle)) <= 4e-7 * radius + 1e-12)
        #expect(abs(Double(y) - radius * sin(angle)) <= 4e-7 * radius + 1e-12)
      }
    }
  }

  /// Of n = 10⁶ numbers the mean has the standard error 10⁻³, the variance 1.41·10⁻³, the third
  /// moment 3.9·10⁻³ and the fourth 9.8·10⁻³; each may be off by four of them.
  @Test func `Normal numbers have the moments of the normal distribution`() {
    let count = 1_000_000
    var sums = SIMD4<Double>(repeating: 0)
    for block in 0..<UInt64(count / 4) {
      let words = Philox.words(RandomPosition(seed: 11, block: block))
      let (a, b) = Philox.normals(words.x, words.y)
      let (c, d) = Philox.normals(words.z, words.w)
      for x in [a, b, c, d].map(Double.init) { sums += SIMD4(x, x * x, x * x * x, x * x * x * x) }
    }
    let moments = sums / Double(count)
    #expect(abs(moments.x) < 4e-3)
    #expect(abs(moments.y - 1) < 4 * 1.41e-3)
    #expect(abs(moments.z) < 4 * 3.9e-3)
    #expect(abs(moments.w - 3) < 4 * 9.8e-3)
  }
}
