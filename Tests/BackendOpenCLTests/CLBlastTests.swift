import BackendOpenCL
import Backends
import OpenCL
import Testing

/// The numbers that CLBlast's kernels work by.
@Suite struct CLBlastTests {
  /// A complete set for small products.
  private static let small = [
    "KWID": 2, "MDIMAD": 8, "MDIMCD": 8, "NDIMBD": 8, "NDIMCD": 8, "PADA": 1, "PADB": 1, "VWMD": 1,
    "VWND": 1, "WGD": 16,
  ]

  private func backend(_ products: ProductAlgorithm? = nil) throws -> OpenCLBackend {
    try OpenCLBackend(Fixture.device, kernelStyle: .cpu, products: products, choices: Choices())
  }

  /// How far a product of squares by CLBlast is from what is right.
  private func error(
    of set: [String: Int], side: Int = 20, on backend: OpenCLBackend
  ) throws -> Double {
    let (a, b) = (numbers(side * side, seed: 1), numbers(side * side, seed: 2))
    let left = try backend.array(a, [1, side, side])
    let right = try backend.array(b, [1, side, side])
    let result = try backend.temporary([1, side, side])
    try Choice("clblast", set).force(for: .product) {
      try backend.matrixProduct(left, right, to: result)
    }
    let expected = (0..<side * side).map { place in
      (0..<side).reduce(0.0) {
        $0 + Double(a[place / side * side + $1]) * Double(b[$1 * side + place % side])
      }
    }
    return normalizedError(try backend.elements(result), expected)
  }

  @Test func `Numbers hold for the product they are given with, and the library's own after it`()
    throws
  {
    let backend = try backend()
    #expect(try error(of: Self.small, on: backend) < 1e-11)
    // The kernels know no such vectors.
    let wrong = try self.backend()
    wrong.use(LibraryParameters(["XgemmDirect": Self.small.merging(["VWMD": 3]) { $1 }]))
    #expect(throws: OpenCLError.self) { try error(of: [:], on: wrong) }
    #expect(try error(of: [:], on: backend) < 1e-11)
  }

  @Test func `What it works by can be changed and brought back`() throws {
    let backend = try backend()
    #expect(backend.libraryParameters == LibraryParameters())
    backend.use(LibraryParameters(["XgemmDirect": ["WGD": 16]]))
    // A kernel takes all of its numbers or none.
    #expect(throws: OpenCLError.self) { try error(of: [:], on: backend) }
    let again = try self.backend()
    #expect(try error(of: [:], on: again) < 1e-11)
    again.use(LibraryParameters(["XgemmDirect": Self.small]))
    #expect(again.libraryParameters.kernels == ["XgemmDirect": Self.small])
    #expect(try error(of: [:], on: again) < 1e-11)
  }

  @Test(arguments: TuningLevel.allCases)
  func `Every set that is tried is complete, bounded and tried once`(level: TuningLevel) throws {
    let backend = try backend()
    let stages = backend.libraryStages(level)
    // The kernels of a processor are not worth a quick tuner's time.
    #expect(stages.isEmpty == (level == .quick && Fixture.device.kind == .cpu))
    for stage in stages {
      #expect(!stage.candidates.isEmpty)
      #expect(Set(stage.candidates).count == stage.candidates.count)
      for numbers in stage.candidates {
        let parameters = try #require(
          LibraryParameters(clblast: stage.choice(of: numbers).parameters))
        #expect(parameters.kernels[stage.kernel] == numbers)
        #expect(sumsOfAnItem(numbers) <= 1024, "\(numbers)")
      }
    }
  }

  /// The numbers that a work-item sums up at once, each without a loop.
  private func sumsOfAnItem(_ numbers: [String: Int]) -> Int {
    func ratio(_ tile: String, _ group: String) -> Int {
      numbers[tile].flatMap { side in numbers[group].map { side / $0 } } ?? 1
    }
    return ratio("MWG", "MDIMC") * ratio("NWG", "NDIMC") * ratio("WGD", "MDIMCD")
      * ratio("WGD", "NDIMCD")
  }

  @Test func `Every set that is tried is among the ways to compute products`() throws {
    let backend = try backend()
    for level in TuningLevel.allCases {
      let ways = Set(backend.choices(of: .product, level))
      for stage in backend.libraryStages(level) {
        #expect(stage.candidates.allSatisfy { ways.contains(stage.choice(of: $0)) })
      }
    }
    // Whoever forces another algorithm may mean to do without the library.
    let others = try self.backend(.panels)
    #expect(others.libraryStages(.normal).isEmpty)
    #expect(others.choices(of: .product, .normal).allSatisfy { $0.algorithm != "clblast" })
  }

  @Test(arguments: [
    ["MWG": 64], ["colour": 3], ["XGEMM_MIN_INDIRECT_SIZE": 64, "WGD": 16],
    ["XGEMM_MIN_INDIRECT_SIZE": 64, "colour": 3],
  ])
  func `Numbers of no kernel, or not all of one, are refused`(numbers: [String: Int]) {
    #expect(LibraryParameters(clblast: numbers) == nil)
  }

  @Test(arguments: [
    ["VWMD": 3], ["WGD": 17], ["WGD": 0], ["MDIMCD": 3], ["MDIMCD": -8], ["KWID": 3],
    ["MDIMAD": 64],
  ])
  func `Numbers that do not go into each other are refused`(changes: [String: Int]) throws {
    let wrong = Self.small.merging(changes) { $1 }
    #expect(LibraryParameters(clblast: wrong) == nil)
    let backend = try backend()
    backend.use(LibraryParameters(["XgemmDirect": wrong]))
    let error = #expect(throws: OpenCLError.self) { try self.error(of: [:], on: backend) }
    #expect(error?.description.contains("cannot work by") == true, "\(error?.description ?? "")")
  }
}
