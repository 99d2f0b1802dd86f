import Tensors
import TestSupport
import Testing

/// Worked examples of a deep-learning course, with their exact numbers.
@Suite struct CourseTests {
  @Test(arguments: devices)
  func buyingApplesAndOranges(_ device: Device) throws {
    try on(device) { () throws in
      let (pay, gradients) = valueAndGradient(at: Tensor(10), Tensor(2), Tensor(1.1)) {
        $0[0] * $0[1] * $0[2]
      }
      expectClose([try pay.item()], [22])
      expectClose(try gradients.map { try $0.item() }, [2.2, 11, 20])
      let (both, _) = valueAndGradient(at: Tensor(10), Tensor(15), Tensor(1.1)) {
        ($0[0] * 2 + $0[1] * 3) * $0[2]
      }
      expectClose([try both.item()], [71.5])
    }
  }

  @Test(arguments: devices)
  func derivativesOfPolynomials(_ device: Device) throws {
    try on(device) { () throws in
      let (x, y, z) = (Tensor(3), Tensor(5), Tensor(2))
      let square = valueAndGradient(at: x, y) { ($0[0] + $0[1]) * ($0[0] + $0[1]) }.gradients
      #expect(try square.map { try $0.item() } == [16, 16])
      let model = valueAndGradient(at: x, Tensor(4), y) { v in
        let error = v[0] * v[1] - v[2]
        return error * error
      }.gradients
      // d/dw (xw − y)² = 2x(xw − y).
      #expect(try model[1].item() == 2 * 3 * (3 * 4 - 5))
      let mixed = valueAndGradient(at: x, y, z) { v in
        let (x, y, z) = (v[0], v[1], v[2])
        let squares = x * x + y * y
        return squares + 3 * x * y + z * z * z
      }.gradients
      // 2x + 3y, 3x + 2y, 3z².
      #expect(try mixed.map { try $0.item() } == [21, 19, 12])
      for (at, slope) in [(1, 2), (2, 4)] as [(Float, Float)] {
        let gradient = valueAndGradient(at: Tensor(at)) { $0[0] * $0[0] + 1 }.gradients[0]
        #expect(try gradient.item() == slope)
        let rise = ((at + 1e-3) * (at + 1e-3) + 1) - ((at - 1e-3) * (at - 1e-3) + 1)
        expectClose([rise / 2e-3], [slope], within: 1e-3)
      }
    }
  }

  @Test(arguments: devices)
  func softmaxOfThree(_ device: Device) throws {
    try on(device) { () throws in
      let logits = Tensor([1.2, 4.0, 0.2])
      expectClose(try logits.exp().scalars(), [3.32, 54.60, 1.22], within: 2e-3)
      expectClose(try logits.softmax().scalars(), [0.056, 0.923, 0.0206], within: 5e-4)
    }
  }

  @Test(arguments: devices)
  func convolutionOfFourByFour(_ device: Device) throws {
    try on(device) { () throws in
      let image = Tensor([1, 2, 3, 0, 0, 1, 2, 3, 3, 0, 1, 2, 2, 3, 0, 1], shape: [1, 1, 4, 4])
      let kernel = Tensor([2, 0, 1, 0, 1, 2, 1, 0, 2], shape: [1, 1, 3, 3])
      #expect(try conv2d(image, kernel).scalars() == [15, 16, 6, 15])
      #expect(
        try conv2d(image, kernel, Convolution(padding: 1)).scalars()
          == [7, 12, 10, 2, 4, 15, 16, 10, 10, 6, 15, 6, 8, 10, 4, 3])
    }
  }

  @Test(arguments: devices)
  func convolutionWithStrideTwo(_ device: Device) throws {
    try on(device) { () throws in
      let rows: [[Float]] = [
        [1, 2, 3, 0, 1], [0, 1, 2, 3, 0], [3, 0, 1, 2, 3], [2, 3, 0, 1, 2], [1, 2, 3, 0, 1],
      ]
      let image = Tensor(rows.flatMap { $0 }, shape: [1, 1, 5, 5])
      let kernel = Tensor([2, 0, 1, 0, 1, 2, 1, 0, 2], shape: [1, 1, 3, 3])
      let result = conv2d(image, kernel, Convolution(stride: 2))
      #expect(try result.scalars() == [15, 17, 17, 15])
    }
  }

  @Test(arguments: devices)
  func convolutionOutputSize(_ device: Device) {
    on(device) {
      let result = conv2d(
        .zeros([1, 1, 28, 31]), .zeros([1, 1, 5, 5]), Convolution(stride: 3, padding: 2))
      #expect(result.shape == [1, 1, 10, 11])
    }
  }

  @Test(arguments: devices)
  func activationsAndTheirDerivatives(_ device: Device) throws {
    try on(device) { () throws in
      let points: [Float] = [-2, -0.5, 0, 0.5, 2]
      let x = Tensor(points)
      #expect(try x.step().scalars() == [0, 0, 1, 1, 1])
      let sigmoid = try x.sigmoid().scalars()
      let slope = valueAndGradient(at: x) { $0[0].sigmoid().sum() }.gradients[0]
      expectClose(try slope.scalars(), sigmoid.map { $0 * (1 - $0) })
      let tanh = try x.tanh().scalars()
      let tanhSlope = valueAndGradient(at: x) { $0[0].tanh().sum() }.gradients[0]
      expectClose(try tanhSlope.scalars(), tanh.map { 1 - $0 * $0 })
      let reluSlope = valueAndGradient(at: x) { $0[0].relu().sum() }.gradients[0]
      #expect(try reluSlope.scalars() == [0, 0, 0, 1, 1])
    }
  }

  /// x³ + x² − x − 1 by six rectified lines.
  @Test(arguments: devices)
  func aCubicFromSixNeurons(_ device: Device) throws {
    try on(device) { () throws in
      let slopes = Tensor([-5, -1.2, 1.2, 1.2, 2, 5], shape: [1, 6])
      let offsets = Tensor([-7.7, -1.3, 1, -0.2, -1.1, -5])
      let signs = Tensor([-1, -1, -1, 1, 1, 1], shape: [6, 1])
      let x = Tensor([-2, -1, 0, 1, 2], shape: [5, 1])
      let y = matmul((matmul(x, slopes) + offsets).relu(), signs).flattened()
      // Each by hand: the lines that are positive at x, added with their signs.
      expectClose(try y.scalars(), [-3.4, 0, -1, -0.3, 6.7], within: 1e-5)
    }
  }

  @Test(arguments: devices)
  func poolingOverlaps(_ device: Device) throws {
    try on(device) { () throws in
      let image = Tensor((0..<25).map(Float.init), shape: [1, 1, 5, 5])
      let pooled = maxPool2d(image, Pooling(window: 3, stride: 2))
      #expect(try pooled.scalars() == [12, 14, 22, 24])
      #expect(try averagePool2d(image, Pooling(window: 3, stride: 2)).scalars() == [6, 8, 16, 18])
    }
  }
}
