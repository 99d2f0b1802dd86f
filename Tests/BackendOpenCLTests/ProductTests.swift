import BackendOpenCL
import Backends
import Testing

@Suite struct ProductTests {
  static let layouts: [(Layout, Layout)] = [
    (Layout([1, 5, 7]), Layout([1, 7, 3])),
    (Layout([1, 128, 50]), Layout([1, 10, 50]).permuted([0, 2, 1])),
    (Layout([1, 300, 65]).permuted([0, 2, 1]), Layout([1, 300, 70])),
    (Layout([1, 33, 47]).permuted([0, 2, 1]), Layout([1, 20, 33]).permuted([0, 2, 1])),
    (Layout([1, 20, 3000]), Layout([1, 3000, 25])),
    (Layout([1, 700, 25]), Layout([1, 25, 20])),
    (Layout([3, 17, 9]), Layout([3, 9, 66])),
    (Layout([3, 17, 9]), Layout([1, 9, 66]).broadcast(to: [3, 9, 66])!),
    (Layout([1, 17, 9]).broadcast(to: [4, 17, 9])!, Layout([4, 30, 9]).permuted([0, 2, 1])),
    (Layout([2, 8, 5]).permuted([2, 1, 0]), Layout([5, 2, 6])),
    (Layout([1, 40, 40]).sliced(1, 3..<30).sliced(2, 5..<20), Layout([1, 15, 8])),
    (Layout([1, 1, 9]), Layout([1, 9, 1])), (Layout([2, 4, 0]), Layout([2, 0, 3])),
    (Layout([5], strides: [-2], offset: 8).reshaped3, Layout([1, 5, 4])),
    // Few rows or columns, of which some are not contiguous along the depth.
    (Layout([1, 1, 9000]), Layout([1, 5, 9000]).permuted([0, 2, 1])),
    (Layout([1, 9, 100]), Layout([1, 70, 100]).permuted([0, 2, 1])),
    (Layout([1, 100, 3]).permuted([0, 2, 1]), Layout([1, 33, 100]).permuted([0, 2, 1])),
    (Layout([2, 70, 37]), Layout([2, 37, 5])), (Layout([1, 3, 100]), Layout([1, 100, 161])),
  ]

  /// The numbers that a normal tuner tries, but for those of tiles only the least and the most, and of
  /// CLBlast's, whose kernels take long to compile, its own and one other: `gpu-train verify --level
  /// normal` tries them all.
  static let choices: [Choice] = {
    let all = Fixture.backends[0].choices(of: .product, .normal)
    let tiles = all.filter { $0.algorithm == "tiles" }
    let library = all.filter { $0.algorithm == "clblast" }
    return all.filter { !["tiles", "clblast"].contains($0.algorithm) } + tiles.prefix(4)
      + tiles.suffix(4) + library.prefix(2)
  }()

  @Test(arguments: choices, layouts.indices)
  func `Every algorithm agrees with double precision, with any numbers`(
    choice: Choice, layouts: Int
  ) throws {
    let (left, right) = Self.layouts[layouts]
    try check(left, right) { backend, a, b, result in
      try choice.force(for: .product) { try backend.matrixProduct(a, b, to: result) }
    }
  }

  @Test func `More batches than a device takes groups are several launches`() throws {
    let (left, right) = (Layout([70_000, 1, 2]), Layout([70_000, 2, 1]))
    try check(left, right) { backend, a, b, result in
      try Choice("tiles").force(for: .product) { try backend.matrixProduct(a, b, to: result) }
    }
  }

  private func check(
    _ left: Layout, _ right: Layout,
    _ multiply: (OpenCLBackend, StridedArray, StridedArray, StridedArray) throws -> Void
  ) throws {
    let backend = Fixture.backends[0]
    let (batch, m, k, n) = (left.shape[0], left.shape[1], left.shape[2], right.shape[2])
    let (a, b) = (memory(left, 1), memory(right, 2))
    let result = try backend.array([Float](repeating: .nan, count: batch * m * n), [batch, m, n])
    try multiply(backend, backend.array(a, left), backend.array(b, right), result)
    let (x, y) = (walk(a, left), walk(b, right))
    var expected: [Double] = []
    for batch in 0..<batch {
      for row in 0..<m {
        for column in 0..<n {
          expected.append(
            (0..<k).reduce(0) {
              $0 + Double(x[(batch * m + row) * k + $1]) * Double(y[(batch * k + $1) * n + column])
            })
        }
      }
    }
    #expect(normalizedError(try backend.elements(result), expected) < 1e-11)
  }

  private func memory(_ layout: Layout, _ seed: UInt64) -> [Float] {
    numbers((layout.bounds?.upperBound ?? 0) + 1, seed: seed)
  }
}

extension Layout {
  /// A row as the only row of the only batch.
  fileprivate var reshaped3: Layout {
    Layout([1, 1, shape[0]], strides: [0, 0, stride(0)], offset: offset)
  }
}
