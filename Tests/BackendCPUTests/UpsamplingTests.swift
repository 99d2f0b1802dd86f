import BackendCPU
import Backends
import Testing

@Suite struct UpsamplingTests {
  static let modes: [Upsampling.Mode] = [
    .nearest, .bilinear(alignsCorners: false), .bilinear(alignsCorners: true),
  ]
  static let sizes: [(Shape, Pair)] = [
    ([2, 1, 3, 4], Pair(6, 8)), ([1, 3, 5, 4], Pair(7, 9)), ([1, 2, 7, 9], Pair(4, 3)),
    ([1, 1, 1, 6], Pair(4, 1)),
  ]

  /// The formula in double precision, with places as real numbers.
  private static func upsampled(
    _ images: [Double], _ shape: Shape, _ upsampling: Upsampling
  ) -> [Double] {
    func weights(_ inputs: Int, _ outputs: Int) -> [[Double]] {
      (0..<outputs).map { output in
        let (o, scale) = (Double(output), Double(inputs) / Double(outputs))
        let place =
          switch upsampling.mode {
          // Away from whole numbers, so that rounding does not choose another pixel.
          case .nearest: (o * scale + 1e-9).rounded(.down)
          case .bilinear(alignsCorners: false): max(0, (o + 0.5) * scale - 0.5)
          case .bilinear(alignsCorners: true):
            outputs == 1 ? 0 : o * Double(inputs - 1) / Double(outputs - 1)
          }
        // A hat over each pixel; the last one has no slope behind it.
        return (0..<inputs).map {
          max(0, 1 - (min(place, Double(inputs - 1)) - Double($0)).magnitude)
        }
      }
    }
    let rows = weights(shape[2], upsampling.size.vertical)
    let columns = weights(shape[3], upsampling.size.horizontal)
    return (0..<shape[0] * shape[1]).flatMap { plane in
      rows.flatMap { row in
        columns.map { column in
          var sum = 0.0
          for (y, a) in row.enumerated() {
            for (x, b) in column.enumerated() where a * b != 0 {
              sum += a * b * images[(plane * shape[2] + y) * shape[3] + x]
            }
          }
          return sum
        }
      }
    }
  }

  @Test(arguments: modes, sizes)
  func `Outputs are weighted means of pixels, gradients their transposes`(
    mode: Upsampling.Mode, sizes: (Shape, Pair)
  ) throws {
    let (shape, size) = sizes
    let upsampling = Upsampling(mode: mode, size: size)
    let arrays = TestArrays()
    let images = try arrays.random(shape, seed: 1)
    let result = try arrays.result([shape[0], shape[1], size.vertical, size.horizontal])
    try arrays.backend.upsample(images, upsampling, to: result)
    let pixels = try arrays.doubles(images)
    expectClose(
      try arrays.floats(result), Self.upsampled(pixels, shape, upsampling), within: 4 * roundoff)

    let changes = try arrays.random(result.shape, seed: 2)
    let gradient = try arrays.result(shape)
    try arrays.backend.upsampleGradient(changes, upsampling, to: gradient)
    let expected = numericalGradient(at: pixels, weights: try arrays.doubles(changes)) {
      Self.upsampled($0, shape, upsampling)
    }
    expectClose(try arrays.floats(gradient), expected, within: 1e-6)
  }
}
