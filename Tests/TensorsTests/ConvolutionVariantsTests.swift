import Tensors
import TestSupport
import Testing

/// Convolutions of other kinds, and what they are made of.
@Suite struct ConvolutionVariantsTests {
  /// Filtering a picture with fixed kernels, as courses show it.
  ///
  /// The numbers are those of NumPy: `pad` with zeros or `symmetric`, and the sums written out.
  @Test(arguments: devices)
  func `Sobel's filters with zeros and with a mirrored border`(_ device: Device) throws {
    try on(device) { () throws in
      let picture = Tensor(
        [0, 0, 1, 9, 9, 0, 2, 9, 9, 9, 0, 0, 5, 9, 7, 1, 0, 0, 3, 9], shape: [1, 1, 4, 5])
      let across = Tensor([1, 0, -1, 2, 0, -2, 1, 0, -1], shape: [1, 1, 3, 3])
      let down = across.transposed()
      func filtered(_ kernel: Tensor, _ mode: PaddingMode) throws -> [Float] {
        try conv2d(picture, kernel, padding: .same, mode: mode).scalars()
      }
      #expect(
        try filtered(across, .zeros) == [
          -2, -11, -25, -16, 27, -4, -24, -32, -10, 36, -2, -18, -28, -13, 30, 0, -3, -15, -20, 15,
        ])
      #expect(
        try filtered(down, .zeros) == [
          -2, -13, -29, -36, -27, 0, -4, -8, -2, 4, 0, 12, 26, 21, 6, 0, 5, 19, 30, 23,
        ])
      #expect(
        try filtered(across, .symmetric) == [
          -2, -12, -34, -24, 0, -4, -24, -32, -10, 2, -1, -18, -28, -13, -2, 3, -2, -18, -29, -16,
        ])
      #expect(
        try filtered(down, .symmetric) == [
          -2, -12, -18, -8, 0, 0, -4, -8, -2, 6, -1, 12, 26, 21, 6, -3, 4, 16, 15, 0,
        ])
    }
  }

  @Test(arguments: devices)
  func `edges hold what their mode says`(_ device: Device) throws {
    try on(device) { () throws in
      let x = Tensor([1, 2, 3], shape: [1, 3])
      let expected: [(PaddingMode, [Float])] = [
        (.constant(7), [7, 7, 1, 2, 3, 7, 7]), (.reflect, [3, 2, 1, 2, 3, 2, 1]),
        (.symmetric, [2, 1, 1, 2, 3, 3, 2]), (.replicate, [1, 1, 1, 2, 3, 3, 3]),
        (.circular, [2, 3, 1, 2, 3, 1, 2]),
      ]
      for (mode, numbers) in expected {
        #expect(try x.padded(axis: 1, before: 2, after: 2, mode: mode).scalars() == numbers)
        #expect(x.padded(0, mode: mode).shape == [1, 3])
      }
    }
  }

  @Test(arguments: devices)
  func `same padding gives one place for each step`(_ device: Device) {
    on(device) {
      for (extent, kernel, stride, dilation) in [
        (7, 3, 1, 1), (7, 3, 2, 1), (8, 3, 2, 1), (8, 4, 3, 1), (9, 2, 4, 3), (5, 1, 2, 1),
      ] {
        let result = conv2d(
          .ones([1, 1, extent, extent]), .ones([1, 1, kernel, kernel]),
          Convolution(stride: Pair(stride, stride), dilation: Pair(dilation, dilation)),
          padding: .same)
        let places = (extent + stride - 1) / stride
        #expect(result.shape == [1, 1, places, places])
      }
    }
  }

  @Test(arguments: devices)
  func `the filter times the columns is the convolution`(_ device: Device) throws {
    try on(device) { () throws in
      let (images, filter) = (Tensor.normal([2, 3, 7, 6]), Tensor.normal([4, 3, 3, 2]))
      let convolution = Convolution(stride: Pair(2, 1), padding: 1, dilation: Pair(1, 2))
      let columns = unfold(images, kernel: Pair(3, 2), convolution)
      let product = matmul(filter.reshaped([4, 18]), columns)
      let expected = conv2d(images, filter, convolution)
      expectClose(
        try product.scalars(), try expected.scalars(), within: 1e-5, "\(expected.shape)")
    }
  }

  @Test(arguments: devices)
  func `folding columns of ones counts the windows over each element`(_ device: Device) throws {
    try on(device) { () throws in
      let columns = unfold(.ones([1, 1, 3, 4]), kernel: 2)
      let counts = fold(columns, output: Pair(3, 4), kernel: 2)
      #expect(try counts.scalars() == [1, 2, 2, 1, 2, 4, 4, 2, 1, 2, 2, 1])
    }
  }

  @Test(arguments: devices)
  func `columns hold an infinity only where it lies`(_ device: Device) throws {
    try on(device) { () throws in
      let image = Tensor([1, .infinity, 3, 4], shape: [1, 1, 2, 2])
      let columns = unfold(image, kernel: Pair(1, 2))
      #expect(try columns.scalars() == [1, 3, .infinity, 4])
      #expect(try fold(columns, output: 2, kernel: Pair(1, 2)).scalars() == [1, .infinity, 3, 4])
    }
  }

  /// ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for all x and y.
  @Test(arguments: devices)
  func `a transposed convolution is the adjoint of the convolution`(_ device: Device) throws {
    try on(device) { () throws in
      let (x, y) = (Tensor.normal([1, 4, 7, 8]), Tensor.normal([1, 6, 3, 8]))
      let filter = Tensor.normal([6, 2, 3, 3])
      let there = conv2d(x, filter, Convolution(stride: Pair(3, 1), padding: 1, groups: 2))
      let back = convTranspose2d(
        y, filter, TransposedConvolution(stride: Pair(3, 1), padding: 1, groups: 2))
      #expect(there.shape == y.shape)
      #expect(back.shape == x.shape)
      let (left, right) = ((there * y).sum(), (x * back).sum())
      expectClose([try left.item()], [try right.item()], within: 1e-4)
    }
  }

  @Test(arguments: devices)
  func `max pooling tells where the largest are`(_ device: Device) throws {
    try on(device) { () throws in
      let image = Tensor([1, 9, 3, 4, 5, 9, 7, 8, 8], shape: [1, 1, 3, 3])
      let (result, indices) = maxPool2dWithIndices(image, Pooling(window: 2, stride: 1))
      #expect(try result.scalars() == [9, 9, 8, 9])
      #expect(try indices.integers() == [1, 1, 7, 5])
    }
  }
}
