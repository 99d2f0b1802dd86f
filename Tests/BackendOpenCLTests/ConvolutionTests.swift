import BackendOpenCL
import Backends
import Testing

/// Normalised mean-square error against sums in double precision: single precision gives about
/// 1e-14, one wrong element in a thousand 1e-3.
private let bound = 1e-12
/// The same for tiles of 4 × 4 after Winograd, whose transforms multiply by up to 8² and cancel:
/// a relative error of 4e-6 was measured, whose square is 2e-11.
private let boundOfLargeTiles = 1e-10
/// The same for sums of half a million numbers one after the other.
private let boundOfLongSums = 1e-11

@Suite struct ConvolutionTests {
  /// Shapes that leave tiles, blocks, groups and chunks partly empty.
  static let cases: [ConvolutionCase] = [
    ConvolutionCase(images: [2, 1, 7, 9], filter: [3, 1, 3, 3]),
    ConvolutionCase(images: [3, 4, 6, 5], filter: [10, 4, 1, 1]),
    ConvolutionCase(images: [2, 4, 6, 5], filter: [6, 2, 1, 1], Convolution(groups: 2)),
    ConvolutionCase(images: [9, 5, 12, 12], filter: [50, 5, 5, 5]),
    ConvolutionCase(images: [2, 3, 8, 7], filter: [20, 3, 3, 3], Convolution(padding: 1)),
    ConvolutionCase(
      images: [2, 6, 9, 10], filter: [4, 3, 3, 2],
      Convolution(stride: Pair(2, 3), padding: Pair(1, 2), groups: 2)),
    ConvolutionCase(
      images: [2, 2, 11, 13], filter: [9, 2, 3, 3],
      Convolution(stride: 2, padding: Pair(3, 1), dilation: Pair(2, 3))),
    ConvolutionCase(
      images: [2, 5, 8, 8], filter: [5, 1, 3, 3], Convolution(padding: 1, groups: 5)),
    ConvolutionCase(images: [1, 2, 4, 4], filter: [2, 2, 1, 1], Convolution(padding: 2)),
    ConvolutionCase(images: [1, 2, 3, 3], filter: [17, 2, 3, 3]),
    ConvolutionCase(images: [3, 19, 13, 14], filter: [23, 19, 3, 3], Convolution(padding: 1)),
    ConvolutionCase(
      images: [2, 3, 9, 70], filter: [7, 3, 3, 3], Convolution(padding: Pair(3, 0))),
  ]

  @Test(arguments: cases, ConvolutionAlgorithm.allCases)
  func `Each algorithm computes a convolution and its gradients`(
    example: ConvolutionCase, algorithm: ConvolutionAlgorithm
  ) throws {
    try ConvolutionAlgorithm.$forced.withValue(algorithm) {
      for backend in Fixture.backends {
        try example.check(on: backend, bound: algorithm == .winograd4 ? boundOfLargeTiles : bound)
      }
    }
  }

  @Test(arguments: cases)
  func `The algorithms chosen by default compute a convolution and its gradients`(
    example: ConvolutionCase
  ) throws {
    for backend in Fixture.backends { try example.check(on: backend) }
  }

  /// Tiles with more and with fewer work-items than columns or depth, and with work-items that have
  /// more rows than columns.
  static let tiles = [
    ["rows": 128, "columns": 32, "depth": 8, "itemRows": 4, "itemColumns": 2],
    ["rows": 32, "columns": 16, "depth": 32, "itemRows": 8, "itemColumns": 2],
    ["rows": 64, "columns": 64, "depth": 8, "itemRows": 8, "itemColumns": 8],
  ]

  @Test(arguments: cases, tiles)
  func `Tiles of any size in local memory compute a convolution and its gradients`(
    example: ConvolutionCase, tile: [String: Int]
  ) throws {
    let choice = Choice("implicit", tile)
    for backend in Fixture.backends where backend.kernelStyle == .gpu {
      for operation in [TunedOperation.convolution, .dataGradient, .filterGradient] {
        try choice.force(for: operation) { try example.check(on: backend) }
      }
    }
  }

  @Test(arguments: [
    Choice("implicit", ["rows": 33]), Choice("implicit", ["loadWidth": 4]),
    // Whole lines of the tile are more than the work-items gather at once.
    Choice("implicit", ["rows": 16, "itemColumns": 8]), Choice("direct", ["rows": 64]),
    Choice("winograd8"),
  ])
  func `Tiles that cannot be gathered for are refused`(choice: Choice) throws {
    let example = Self.cases[0]
    for backend in Fixture.backends where backend.kernelStyle == .gpu {
      #expect(throws: UnusableChoice.self) {
        try choice.force(for: .convolution) { try example.check(on: backend) }
      }
    }
  }

  @Test func `Columns that do not fit the workspace at once are made in chunks`() throws {
    // 9 rows of 256 · 256 columns for each of 4 channels: 9.4 MB an image, 7 images a chunk.
    let example = ConvolutionCase(
      images: [8, 4, 256, 256], filter: [2, 4, 3, 3], Convolution(padding: 1))
    try ConvolutionAlgorithm.$forced.withValue(.product) {
      try example.check(on: Fixture.backends[0], bound: boundOfLongSums)
    }
  }

  @Test func `A convolution of no images is empty, and its filter's gradient zero`() throws {
    for backend in Fixture.backends {
      let images = try backend.array([Float](), [0, 2, 5, 5])
      let filter = try backend.array(numbers(3 * 2 * 9), [3, 2, 3, 3])
      let result = try backend.array([Float](), [0, 3, 3, 3])
      let gradient = try backend.array(numbers(3 * 2 * 9), [3, 2, 3, 3])
      try backend.convolve(images, filter, bias: nil, Convolution(), to: result)
      try backend.convolutionDataGradient(result, filter, Convolution(), to: images)
      try backend.convolutionFilterGradient(result, images, Convolution(), to: gradient)
      let zeros = [Float](repeating: 0, count: gradient.count)
      #expect(try backend.elements(gradient) == zeros)
    }
  }

  @Test func `The same gradient has the same bits`() throws {
    let example = ConvolutionCase(images: [9, 5, 12, 12], filter: [50, 5, 5, 5])
    for backend in Fixture.backends {
      let first = try example.results(on: backend)
      let second = try example.results(on: backend)
      #expect(first == second)
    }
  }
}

/// A convolution with what it computes in double precision.
struct ConvolutionCase: CustomTestStringConvertible {
  let images: Shape
  let filter: Shape
  let result: Shape
  let convolution: Convolution

  init(images: Shape, filter: Shape, _ convolution: Convolution = Convolution()) {
    self.images = images
    self.filter = filter
    self.convolution = convolution
    guard case .success(let shape) = convolution.outputShape(images: images, filter: filter) else {
      fatalError("images \(images) and filter \(filter) do not fit")
    }
    result = shape
  }

  var testDescription: String { "\(images) * \(filter), \(convolution)" }

  private var pixels: [Float] { numbers(images.count, seed: 1) }
  private var weights: [Float] { numbers(filter.count, seed: 2) }
  private var shifts: [Float] { numbers(filter[0], seed: 3) }
  private var gradients: [Float] { numbers(result.count, seed: 4) }

  func check(on backend: OpenCLBackend, bound: Double = bound) throws {
    for (values, expected) in zip(try results(on: backend), expected()) {
      #expect(normalizedError(values, expected) < bound)
    }
  }

  /// The result with and without bias, the gradient by the images and that by the filter.
  func results(on backend: OpenCLBackend) throws -> [[Float]] {
    let pixels = try backend.array(pixels, images)
    let weights = try backend.array(weights, filter)
    let gradients = try backend.array(gradients, result)
    let bias = try backend.array(shifts, [filter[0]])
    let outputs = try [result, result, images, filter].map { try backend.temporary($0) }
    try backend.convolve(pixels, weights, bias: bias, convolution, to: outputs[0])
    try backend.convolve(pixels, weights, bias: nil, convolution, to: outputs[1])
    try backend.convolutionDataGradient(gradients, weights, convolution, to: outputs[2])
    try backend.convolutionFilterGradient(gradients, pixels, convolution, to: outputs[3])
    return try outputs.map { try backend.elements($0) }
  }

  /// The same by the definition.
  private func expected() -> [[Double]] {
    let (pixels, weights, shifts, gradients) = (pixels, weights, shifts, gradients)
    var plain = [Double](repeating: 0, count: result.count)
    var byImages = [Double](repeating: 0, count: images.count)
    var byFilter = [Double](repeating: 0, count: filter.count)
    forEachProduct { output, pixel, weight in
      plain[output] += Double(pixels[pixel]) * Double(weights[weight])
      byImages[pixel] += Double(gradients[output]) * Double(weights[weight])
      byFilter[weight] += Double(gradients[output]) * Double(pixels[pixel])
    }
    let plane = result[2] * result[3]
    let shifted = plain.indices.map { plain[$0] + Double(shifts[$0 / plane % result[1]]) }
    return [shifted, plain, byImages, byFilter]
  }

  /// Calls the body with the positions of each output and of the pixel and weight multiplied there.
  private func forEachProduct(_ body: (_ output: Int, _ pixel: Int, _ weight: Int) -> Void) {
    var output = 0
    for n in 0..<result[0] {
      for channel in 0..<result[1] {
        for y in 0..<result[2] {
          for x in 0..<result[3] {
            forEachTap(n, channel, y, x) { body(output, $0, $1) }
            output += 1
          }
        }
      }
    }
  }

  private func forEachTap(
    _ n: Int, _ channel: Int, _ y: Int, _ x: Int, _ body: (_ pixel: Int, _ weight: Int) -> Void
  ) {
    let (stride, padding, dilation) =
      (convolution.stride, convolution.padding, convolution.dilation)
    let group = channel / (result[1] / convolution.groups)
    for c in 0..<filter[1] {
      for ky in 0..<filter[2] {
        for kx in 0..<filter[3] {
          let row = y * stride.vertical - padding.vertical + ky * dilation.vertical
          let column = x * stride.horizontal - padding.horizontal + kx * dilation.horizontal
          guard 0..<images[2] ~= row, 0..<images[3] ~= column else { continue }
          let plane = n * images[1] + group * filter[1] + c
          body(
            (plane * images[2] + row) * images[3] + column,
            ((channel * filter[1] + c) * filter[2] + ky) * filter[3] + kx)
        }
      }
    }
  }
}
