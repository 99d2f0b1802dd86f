import BackendOpenCL
import Backends
import OpenCL
import Testing

/// Products and convolutions of rounded numbers, by units that are emulated.
@Suite struct PrecisionTests {
  static let lower: [MatrixPrecision] = [.tf32, .bf16]

  private static func backend(
    _ style: KernelStyle = .gpu, emulating: Bool = true, profiling: Bool = false,
    sources: KernelSources = .embedded
  ) throws -> OpenCLBackend {
    try OpenCLBackend(
      Fixture.device, kernelStyle: style, choices: Choices(), profiling: profiling,
      sources: sources, emulatesMatrixUnits: emulating)
  }

  /// left · right in a precision, without waiting for it.
  private static func product(
    _ left: [Float], _ right: [Float], side: Int, in precision: MatrixPrecision,
    on backend: OpenCLBackend
  ) throws -> StridedArray {
    let (a, b) = try (
      backend.array(left, [1, left.count / side, side]),
      backend.array(right, [1, side, right.count / side])
    )
    let result = try backend.temporary([1, left.count / side, right.count / side])
    try MatrixPrecision.$current.withValue(precision) {
      try backend.matrixProduct(a, b, to: result)
    }
    return result
  }

  private static func unit(_ side: Int) -> [Float] {
    (0..<side * side).map { $0 / side == $0 % side ? 1 : 0 }
  }

  private static func isSame(_ a: Float, _ b: Float) -> Bool { a == b || a.isNaN && b.isNaN }

  @Test(arguments: lower)
  func theProbeAcceptsRightUnits(precision: MatrixPrecision) throws {
    #expect(try Self.backend().multipliesRight(by: Fragments(precision, by: .emulation)))
  }

  /// What units that differ from what the kernels expect, or kernels that round otherwise, would do.
  private static let mistakes = [
    // Rows of the left operand, columns of the right one and sums of other lanes.
    ("const int row = group + word % 2 * 8", "const int row = group + word / 2 * 8"),
    ("right[k * FRAGMENT_COLUMNS + group] =", "right[k * FRAGMENT_COLUMNS + (group ^ 1)] ="),
    ("2 * member + i % 2];", "member + i % 2 * 4];"),
    // Warps of every other work-item.
    ("return localItem() % WARP / 4;", "return localItem() / WARPS / 4;"),
    // Numbers that are cut.
    ("(bits + (DROPPED_BITS + 1) / 2)", "(bits)"),
    ("(bits + (1u << (HALF_BITS - 1)) - 1 + isOdd)", "(bits)"),
    // Halves that are rounded the other way.
    ("(bits + (DROPPED_BITS + 1) / 2)", "(bits + DROPPED_BITS / 2)"),
    ("- 1 + isOdd)", ")"),
    // Sums that begin anew.
    ("      c[i] += left", "      c[i] = left"),
    // What does not compile.
    ("uint a[ITEM_ROWS / 2][4]", "mma.sync"),
  ]

  @Test(arguments: mistakes.indices)
  func theProbeRejectsWrongUnits(number: Int) throws {
    let (right, wrong) = Self.mistakes[number]
    let text = KernelSources.embedded.text(of: "fragments")
    try #require(text.contains(right))
    let sources = KernelSources.embedded.replacing(
      "fragments", with: text.replacing(right, with: wrong))
    let backend = try Self.backend(sources: sources)
    // Some are of one precision only.
    let accepted = Self.lower.filter {
      backend.multipliesRight(by: Fragments($0, by: .emulation))
    }
    #expect(accepted.count < 2)
  }

  @Test func withoutUnitsNothingIsRounded() throws {
    let backend = try Self.backend(emulating: false)
    // Only NVIDIA's compiler is asked.
    if Fixture.device.kind == .cpu {
      #expect(MatrixPrecision.allCases.filter(backend.offers) == [.float32])
    }
    let (left, right) = (numbers(64 * 64, seed: 1), numbers(64 * 64, seed: 2))
    let tiles = Choice("tiles")
    let exact = try tiles.force(for: .product) {
      try backend.elements(Self.product(left, right, side: 64, in: .float32, on: backend))
    }
    for precision in Self.lower where !backend.offers(precision) {
      let other = try tiles.force(for: .product) {
        try backend.elements(Self.product(left, right, side: 64, in: precision, on: backend))
      }
      #expect(other.map(\.bitPattern) == exact.map(\.bitPattern))
    }
  }

  @Test(arguments: lower)
  func operandsAreRoundedToNearest(precision: MatrixPrecision) throws {
    let backend = try Self.backend()
    #expect(backend.offers(precision))
    let side = 64
    var values = numbers(side * side, seed: 3)
    for (place, word) in values.map(\.bitPattern).enumerated() where place % 3 != 0 {
      // Halves between two numbers of either precision.
      let half: UInt32 = place % 3 == 1 ? 0x1000 : 0x8000
      values[place] = Float(bitPattern: word & ~(2 * half - 1) | half)
    }
    let rounded = values.map(precision.rounded)
    #expect(rounded != values)
    let left = try backend.elements(
      Self.product(values, Self.unit(side), side: side, in: precision, on: backend))
    let right = try backend.elements(
      Self.product(Self.unit(side), values, side: side, in: precision, on: backend))
    #expect(left == rounded)
    #expect(right == rounded)
  }

  @Test(arguments: lower)
  func specialValuesStaySo(precision: MatrixPrecision) throws {
    let backend = try Self.backend()
    // NaN with the lowest bits only would become infinite if it was cut.
    let special: [Float] = [
      .infinity, -.infinity, .nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFFF_FFFF),
      .greatestFiniteMagnitude, 0,
    ]
    let left = (0..<64 * 64).map { $0 % 64 == 0 ? special[$0 / 64 % special.count] : 0 }
    let right = (0..<64 * 64).map { $0 < 64 ? Float(1) : 0 }
    let result = try backend.elements(
      Self.product(left, right, side: 64, in: precision, on: backend))
    let expected = (0..<64 * 64).map { precision.rounded(special[$0 / 64 % special.count]) }
    #expect(zip(result, expected).allSatisfy(Self.isSame))
  }

  @Test(arguments: lower)
  func unitsAreUsedForProductsThatAreWorthIt(precision: MatrixPrecision) throws {
    let backend = try Self.backend(.gpu, profiling: true)
    let values = numbers(64 * 64)
    func rounds(_ left: [Float], side: Int) throws -> Bool {
      let right = Self.unit(side)
      let result = try Choice("tiles").force(for: .product) {
        try backend.elements(Self.product(left, right, side: side, in: precision, on: backend))
      }
      #expect(try backend.session.takeLaunchRecords().map(\.name) == ["multiply_tiles"])
      #expect(result == left || result == left.map(precision.rounded))
      return result != left
    }
    #expect(try rounds(values, side: 64))
    #expect(try rounds(Array(values.prefix(32 * 32)), side: 32))
    #expect(!(try rounds(Array(values.prefix(31 * 32)), side: 32)))
    #expect(!(try rounds(Array(values.prefix(16 * 16)), side: 16)))
  }

  @Test func thePrecisionIsThatOfTheCall() throws {
    let backend = try Self.backend()
    let values = numbers(64 * 64)
    let rounded = try Self.product(values, Self.unit(64), side: 64, in: .bf16, on: backend)
    // Waits until it is read, where no precision is permitted any more.
    #expect(try backend.elements(rounded) == values.map(MatrixPrecision.bf16.rounded))

    let (images, filter) = try (
      backend.array(values, [1, 64, 8, 8]), backend.array(Self.unit(64), [64, 64, 1, 1])
    )
    for algorithm in [ConvolutionAlgorithm.implicit, .product] {
      let result = try backend.temporary([1, 64, 8, 8])
      try ConvolutionAlgorithm.$forced.withValue(algorithm) {
        try MatrixPrecision.$current.withValue(.bf16) {
          try backend.convolve(images, filter, bias: nil, Convolution(), to: result)
        }
      }
      #expect(try backend.elements(result) == values.map(MatrixPrecision.bf16.rounded))
      let gradient = try backend.temporary([1, 64, 8, 8])
      try ConvolutionAlgorithm.$forced.withValue(algorithm) {
        try MatrixPrecision.$current.withValue(.bf16) {
          try backend.convolutionDataGradient(images, filter, Convolution(), to: gradient)
        }
      }
      #expect(try backend.elements(gradient) == values.map(MatrixPrecision.bf16.rounded))
    }
  }

  @Test(arguments: lower)
  func tilesOfManySizesAreRight(precision: MatrixPrecision) throws {
    let backend = try Self.backend()
    let operation = TunedOperation.product(in: precision)
    let choices = backend.choices(of: operation, .normal)
    #expect(choices.count > 10)
    #expect(choices.allSatisfy { $0.algorithm == "fragments" })
    #expect(backend.choices(of: .product, .normal).allSatisfy { $0.algorithm != "fragments" })
    let (rows, columns, depth) = (70, 45, 67)
    let left = (0..<rows * depth).map { Float($0 * 7 % 13 - 6) }
    let right = (0..<depth * columns).map { Float($0 * 5 % 11 - 5) }
    let expected = (0..<rows * columns).map { place in
      (0..<depth).reduce(Float(0)) {
        $0 + left[place / columns * depth + $1] * right[$1 * columns + place % columns]
      }
    }
    for choice in choices.enumerated().filter({ $0.offset % 7 == 0 }).map(\.element) {
      let result = try choice.force(for: operation) {
        try backend.elements(Self.product(left, right, side: depth, in: precision, on: backend))
      }
      #expect(result == expected, "\(choice)")
    }
  }

  @Test func unitsAreAmongTheCandidates() throws {
    let shape = TunedShape(productOf: 1, rows: 64, columns: 64, depth: 64, in: .tf32)
    let candidates = try Self.backend().candidates(for: shape, .quick)
    #expect(candidates.first == Choice("fragments"))
    #expect(Set(candidates.map(\.algorithm)) == ["fragments", "tiles", "clblast"])
    let others = try Self.backend(emulating: false).candidates(for: shape, .quick)
    if Fixture.device.kind == .cpu {
      #expect(!others.contains { $0.algorithm == "fragments" && !$0.parameters.isEmpty })
    }
  }
}
