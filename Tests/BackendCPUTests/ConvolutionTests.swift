import Backends
import Testing

/// A convolution to try: shapes and parameters.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  let images: Shape
  let filter: Shape
  var parameters = Convolution()

  var result: Shape {
    guard case .success(let shape) = parameters.outputShape(images: images, filter: filter) else {
      preconditionFailure("\(images) and \(filter) do not fit")
    }
    return shape
  }

  var testDescription: String { "\(images) * \(filter), \(parameters)" }

  /// Small enough for finite differences.
  static let small: [ConvolutionCase] = [
    ConvolutionCase(images: [1, 1, 1, 1], filter: [1, 1, 1, 1]),
    ConvolutionCase(images: [2, 3, 5, 4], filter: [4, 3, 1, 1]),
    ConvolutionCase(images: [2, 2, 5, 7], filter: [3, 2, 3, 3]),
    ConvolutionCase(images: [2, 2, 5, 7], filter: [3, 2, 3, 2], parameters: .init(padding: 2)),
    ConvolutionCase(
      images: [1, 2, 7, 8], filter: [2, 2, 3, 3], parameters: .init(stride: Pair(2, 3), padding: 1)),
    ConvolutionCase(
      images: [1, 1, 9, 8], filter: [2, 1, 3, 2],
      parameters: .init(padding: Pair(1, 3), dilation: Pair(2, 3))),
    ConvolutionCase(
      images: [2, 4, 4, 5], filter: [6, 2, 2, 3], parameters: .init(padding: 1, groups: 2)),
    ConvolutionCase(
      images: [1, 3, 5, 5], filter: [6, 1, 3, 3], parameters: .init(stride: 2, groups: 3)),
    ConvolutionCase(
      images: [1, 2, 4, 4], filter: [2, 1, 1, 1], parameters: .init(groups: 2)),
    ConvolutionCase(
      images: [1, 1, 3, 3], filter: [1, 1, 1, 1], parameters: .init(stride: 2, padding: 3)),
    ConvolutionCase(images: [0, 2, 5, 5], filter: [3, 2, 3, 3]),
    ConvolutionCase(images: [2, 2, 5, 5], filter: [0, 2, 3, 3]),
    ConvolutionCase(images: [2, 0, 5, 5], filter: [3, 0, 3, 3]),
  ]

  /// Large enough for several chunks of tiles, or several tiles of an image.
  static let large: [ConvolutionCase] = [
    ConvolutionCase(images: [40, 20, 12, 12], filter: [50, 20, 5, 5]),
    ConvolutionCase(
      images: [2, 24, 100, 101], filter: [3, 24, 3, 3], parameters: .init(padding: 1)),
    ConvolutionCase(
      images: [2, 16, 130, 120], filter: [4, 8, 5, 3],
      parameters: .init(stride: Pair(1, 2), padding: 2, dilation: Pair(2, 1), groups: 2)),
  ]

  /// The definition, in double precision.
  func convolve(_ x: [Double], _ weights: [Double], bias: [Double]?) -> [Double] {
    let (stride, padding, dilation) = (
      parameters.stride, parameters.padding, parameters.dilation
    )
    var output: [Double] = []
    let perGroup = filter[0] / parameters.groups
    for n in 0..<result[0] {
      for out in 0..<result[1] {
        for row in 0..<result[2] {
          for column in 0..<result[3] {
            var sum = bias?[out] ?? 0
            for channel in 0..<filter[1] {
              let source = n * images[1] + out / perGroup * filter[1] + channel
              for i in 0..<filter[2] {
                let y = row * stride.vertical - padding.vertical + i * dilation.vertical
                if y < 0 || y >= images[2] { continue }
                for j in 0..<filter[3] {
                  let x0 = column * stride.horizontal - padding.horizontal
                  let x1 = x0 + j * dilation.horizontal
                  if x1 < 0 || x1 >= images[3] { continue }
                  sum +=
                    x[(source * images[2] + y) * images[3] + x1]
                    * weights[((out * filter[1] + channel) * filter[2] + i) * filter[3] + j]
                }
              }
            }
            output.append(sum)
          }
        }
      }
    }
    return output
  }
}

@Suite struct ConvolutionTests {
  let arrays = TestArrays()

  /// Sums of up to 500 products in single precision, as of a matrix product.
  private let bound = 16 * roundoff

  @Test(arguments: ConvolutionCase.small + ConvolutionCase.large)
  func `A convolution is its definition`(_ test: ConvolutionCase) throws {
    let images = try arrays.random(test.images, seed: 1)
    let filter = try arrays.random(test.filter, seed: 2)
    let bias = try arrays.random([test.filter[0]], seed: 3)
    let result = try arrays.result(test.result)
    let (x, w) = (try arrays.doubles(images), try arrays.doubles(filter))
    try arrays.backend.convolve(images, filter, bias: bias, test.parameters, to: result)
    expectClose(
      try arrays.floats(result), test.convolve(x, w, bias: try arrays.doubles(bias)), within: bound)
    try arrays.backend.convolve(images, filter, bias: nil, test.parameters, to: result)
    expectClose(try arrays.floats(result), test.convolve(x, w, bias: nil), within: bound)
  }

  /// A convolution is linear in each operand, so central differences leave only their rounding,
  /// about 1e-10; the gradients are sums of single-precision products.
  @Test(arguments: ConvolutionCase.small)
  func `Its gradients are those of finite differences`(_ test: ConvolutionCase) throws {
    let images = try arrays.random(test.images, seed: 4)
    let filter = try arrays.random(test.filter, seed: 5)
    let gradient = try arrays.random(test.result, seed: 6)
    let (x, w) = (try arrays.doubles(images), try arrays.doubles(filter))
    let dy = try arrays.doubles(gradient)
    let dataGradient = try arrays.result(test.images)
    try arrays.backend.convolutionDataGradient(gradient, filter, test.parameters, to: dataGradient)
    expectClose(
      try arrays.floats(dataGradient),
      numericalGradient(at: x, weights: dy) { test.convolve($0, w, bias: nil) }, within: bound)
    let filterGradient = try arrays.result(test.filter)
    try arrays.backend.convolutionFilterGradient(
      gradient, images, test.parameters, to: filterGradient)
    expectClose(
      try arrays.floats(filterGradient),
      numericalGradient(at: w, weights: dy) { test.convolve(x, $0, bias: nil) }, within: bound)
  }

  /// The bound is relative to the root of the terms' sum of squares.
  ///
  /// ⟨dy, x ∗ w⟩ is linear in each of its operands, so it equals ⟨dx, x⟩ and ⟨dw, w⟩; the errors of
  /// up to 10⁶ terms cancel as their sum does.
  @Test(arguments: ConvolutionCase.large)
  func `Its gradients are its adjoints`(_ test: ConvolutionCase) throws {
    let images = try arrays.random(test.images, seed: 7)
    let filter = try arrays.random(test.filter, seed: 8)
    let gradient = try arrays.random(test.result, seed: 9)
    let result = try arrays.result(test.result)
    let dataGradient = try arrays.result(test.images)
    let filterGradient = try arrays.result(test.filter)
    try arrays.backend.convolve(images, filter, bias: nil, test.parameters, to: result)
    try arrays.backend.convolutionDataGradient(gradient, filter, test.parameters, to: dataGradient)
    try arrays.backend.convolutionFilterGradient(
      gradient, images, test.parameters, to: filterGradient)
    let terms = try zip(arrays.doubles(gradient), arrays.doubles(result)).map { $0 * $1 }
    let size = terms.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = terms.reduce(0, +)
    for (a, b) in [(dataGradient, images), (filterGradient, filter)] {
      let product = try zip(arrays.doubles(a), arrays.doubles(b)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(product - expected) <= bound * size)
    }
  }

  /// The course's worked examples.
  private static let kernel: [Float] = [2, 0, 1, 0, 1, 2, 1, 0, 2]
  private static let picture: [Float] = [1, 2, 3, 0, 0, 1, 2, 3, 3, 0, 1, 2, 2, 3, 0, 1]

  private func convolve(
    _ picture: [Float], _ side: Int, _ parameters: Convolution, to side2: Int
  ) throws -> [Float] {
    let result = try arrays.result([1, 1, side2, side2])
    try arrays.backend.convolve(
      arrays.make(picture, [1, 1, side, side]), arrays.make(ConvolutionTests.kernel, [1, 1, 3, 3]),
      bias: nil, parameters, to: result)
    return try arrays.floats(result)
  }

  @Test func `A 4×4 picture without and with padding`() throws {
    let valid = try convolve(ConvolutionTests.picture, 4, Convolution(), to: 2)
    #expect(valid == [15, 16, 6, 15])
    let padded = try convolve(ConvolutionTests.picture, 4, Convolution(padding: 1), to: 4)
    #expect(padded == [7, 12, 10, 2, 4, 15, 16, 10, 10, 6, 15, 6, 8, 10, 4, 3])
  }

  @Test func `A 5×5 picture with stride 2`() throws {
    let picture: [Float] = [
      1, 2, 3, 0, 1, 0, 1, 2, 3, 0, 3, 0, 1, 2, 3, 2, 3, 0, 1, 2, 1, 2, 3, 0, 1,
    ]
    #expect(try convolve(picture, 5, Convolution(stride: 2), to: 2) == [15, 17, 17, 15])
  }

  @Test func `The same calls give the same bits`() throws {
    let test = ConvolutionCase.large[0]
    func run() throws -> [[Float]] {
      let images = try arrays.random(test.images, seed: 1)
      let filter = try arrays.random(test.filter, seed: 2)
      let results = [
        try arrays.result(test.result), try arrays.result(test.images),
        try arrays.result(test.filter),
      ]
      let backend = arrays.backend
      try backend.convolve(images, filter, bias: nil, test.parameters, to: results[0])
      try backend.convolutionDataGradient(results[0], filter, test.parameters, to: results[1])
      try backend.convolutionFilterGradient(results[0], images, test.parameters, to: results[2])
      return try results.map(arrays.floats)
    }
    let expected = try run()
    for _ in 0..<3 { #expect(try run() == expected) }
  }

  @Test func `Workspaces are given back`() throws {
    let before = arrays.backend.memoryInUse.live
    try `A convolution is its definition`(ConvolutionCase.large[0])
    #expect(arrays.backend.memoryInUse.live == before)
  }

  @Test func `Shapes that do not fit stop the program`() async {
    await #expect(processExitsWith: .failure) {
      let arrays = TestArrays()
      try arrays.backend.convolve(
        try arrays.result([1, 2, 5, 5]), try arrays.result([1, 3, 3, 3]), bias: nil, Convolution(),
        to: try arrays.result([1, 1, 3, 3]))
    }
  }
}
