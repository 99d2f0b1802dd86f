import Backends
import Testing

/// Numbers as they are multiplied in lower precisions.
@Suite struct MatrixPrecisionTests {
  @Test(arguments: [
    (Float(1), Float(1)), (0, 0), (0x1.004p0, 0x1.004p0), (0x1.0010p0, 0x1p0),
    // Halves go away from 0, and what is less or more to its neighbour.
    (0x1.002p0, 0x1.004p0), (-0x1.002p0, -0x1.004p0), (0x1.001FFEp0, 0x1p0),
    (0x1.006p0, 0x1.008p0), (0x1.005FFEp0, 0x1.004p0), (0x1.FFFp5, 0x1p6),
    (.greatestFiniteMagnitude, .infinity), (-.infinity, -.infinity), (0x1p-149, 0),
    (0x1.002p-100, 0x1.004p-100),
  ])
  func tf32KeepsTenBits(number: Float, rounded: Float) {
    #expect(MatrixPrecision.tf32.rounded(number) == rounded)
  }

  @Test(arguments: [
    (Float(1), Float(1)), (0, 0), (0x1.02p0, 0x1.02p0), (0x1.00FFFEp0, 0x1p0),
    // Halves go to the neighbour whose last bit is 0.
    (0x1.01p0, 0x1p0), (0x1.03p0, 0x1.04p0), (-0x1.03p0, -0x1.04p0), (0x1.010002p0, 0x1.02p0),
    (0x1.FFp5, 0x1p6), (.greatestFiniteMagnitude, .infinity), (-.infinity, -.infinity),
  ])
  func bf16KeepsSevenBits(number: Float, rounded: Float) {
    #expect(MatrixPrecision.bf16.rounded(number) == rounded)
  }

  @Test(arguments: MatrixPrecision.allCases)
  func errorsStayWithinTheBound(precision: MatrixPrecision) {
    var worst = 0.0
    for block in 0..<10_000 as Range<UInt64> {
      let words = Philox.words(RandomPosition(seed: 1, block: block))
      let number = Float(bitPattern: words.x & 0x3FFF_FFFF | 0x2000_0000)
      let error = abs(Double(precision.rounded(number)) - Double(number)) / Double(number)
      worst = max(worst, error)
    }
    #expect(worst <= precision.roundingError)
    #expect(worst >= 0.9 * precision.roundingError)
    #expect(precision.rounded(.nan).isNaN)
  }

  @Test func operationsNameTheirPrecision() {
    for precision in MatrixPrecision.allCases {
      #expect(TunedOperation.product(in: precision).precision == precision)
      #expect(TunedOperation.product(in: precision).isProduct)
    }
    #expect(TunedOperation.allCases.filter(\.isProduct).count == 3)
    let shape = TunedShape(productOf: 1, rows: 8, columns: 4, depth: 2, rightTransposed: true)
    let rounded = shape.product(in: .bf16)
    #expect(rounded.description == "\(shape) in bf16")
    #expect(rounded != shape)
    #expect(rounded.product(in: .float32) == shape)
    #expect(TunedShape(.bf16Product, byName: rounded.byName) == rounded)
  }
}
