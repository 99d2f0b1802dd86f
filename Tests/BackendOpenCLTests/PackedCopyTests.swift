import BackendOpenCL
import Backends
import Testing

/// Operands are packed once for all products between two changes.
@Suite struct PackedCopyTests {
  private static let transposed = Layout([1, 40, 30]).permuted([0, 2, 1])

  /// A backend that counts launches, with a product of 20 rows by a weight `[1, 30, 40]`.
  private struct Product {
    let backend: OpenCLBackend
    let left: StridedArray
    let weight: StridedArray
    let result: StridedArray

    init() throws {
      backend = try OpenCLBackend(
        Fixture.device, kernelStyle: .cpu, products: .panels, profiling: true)
      left = try backend.array(numbers(20 * 30, seed: 1), [1, 20, 30])
      weight = try backend.array(numbers(30 * 40, seed: 2), transposed)
      result = try backend.array([Float](repeating: 0, count: 800), [1, 20, 40])
    }

    /// How often the weight was packed for so many products.
    func packings(_ count: Int = 1) throws -> Int {
      _ = try backend.session.takeLaunchRecords()
      for _ in 0..<count { try backend.matrixProduct(left, weight, to: result) }
      return try backend.session.takeLaunchRecords().count { $0.name == "pack_panels" }
    }

    /// Whether the result is that of the weight as it is.
    func expectResult(sourceLocation: SourceLocation = #_sourceLocation) throws {
      let x = try backend.elements(left)
      let y = walk(try backend.elements(weight), transposed)
      let expected = (0..<20 * 40).map { place in
        (0..<30).reduce(0.0) {
          $0 + Double(x[place / 40 * 30 + $1]) * Double(y[$1 * 40 + place % 40])
        }
      }
      #expect(
        normalizedError(try backend.elements(result), expected) < 1e-11,
        sourceLocation: sourceLocation)
    }
  }

  @Test func `An operand that is used once is not kept, one that is used again is`() throws {
    let product = try Product()
    let before = product.backend.memoryInUse.live
    #expect(try product.packings() == 1)
    #expect(product.backend.memoryInUse.live == before)
    #expect(try product.packings() == 1)
    #expect(product.backend.memoryInUse.live > before)
    #expect(try product.packings(5) == 0)
    try product.expectResult()
  }

  @Test func `What is packed goes with its operand`() throws {
    let backend: OpenCLBackend
    do {
      let product = try Product()
      backend = product.backend
      _ = try product.packings(3)
    }
    #expect(backend.memoryInUse.live == 0)
  }

  @Test(arguments: ["update", "upload", "pointwise"])
  func `A changed operand is packed anew`(change: String) throws {
    let product = try Product()
    #expect(try product.packings(3) == 2)
    let all = product.weight.with(Layout([30 * 40]))
    switch change {
    case "update":
      let step = SGDStep(learningRate: 0.5, momentum: 0, weightDecay: 0, nesterov: false)
      let gradient = try product.backend.array(numbers(30 * 40, seed: 3), [30 * 40])
      try product.backend.update(
        all, gradient: gradient, state: [], by: .sgd(step))
    case "upload":
      try numbers(30 * 40, seed: 4).withUnsafeBytes { try product.backend.upload($0, to: all) }
    default:
      let doubled = PointwiseExpression(.float32) { $0.input(0) + $0.input(0) }
      try product.backend.pointwise(doubled, scalars: [], [all], to: all)
    }
    #expect(try product.packings() == 1)
    try product.expectResult()
  }
}
