import Backends

/// A two-dimensional convolution (cross-correlation).
///
/// ```swift
/// let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [1, 1, 3, 3])
/// conv2d(image, Tensor([1, 0, 0, 1], shape: [1, 1, 2, 2]))  // [[[[6, 8], [12, 14]]]]
/// ```
///
/// - Parameters:
///   - images: `[n, in, height, width]`.
///   - filter: `[out, in / groups, kernel height, kernel width]`.
///   - bias: `[out]`, added to each channel.
///   - convolution: Stride, padding, dilation and groups.
/// - Returns: `[n, out, height, width]` with ⌊(H + 2P − D(F − 1) − 1) / S⌋ + 1 along each side.
public func conv2d(
  _ images: Tensor, _ filter: Tensor, bias: Tensor? = nil, _ convolution: Convolution = .init()
) -> Tensor {
  conv2d("conv2d", images, filter, bias: bias, convolution)
}

func conv2d(
  _ name: StaticString, _ images: Tensor, _ filter: Tensor, bias: Tensor?,
  _ convolution: Convolution
) -> Tensor {
  let operands = [images, filter] + (bias.map { [$0] } ?? [])
  for operand in operands { operand.require(.float32, name) }
  let shape = require(convolution.outputShape(images: images.shape, filter: filter.shape), name)
  if let bias, bias.shape != [filter.shape[0]] {
    misuse("\(name): bias \(bias.shape) does not fit filter \(filter.shape)")
  }
  let dense = operands.map(\.dense)
  let array = Tensor.compute(name, shape, from: dense) { backend, result in
    try backend.convolve(
      dense[0].array, dense[1].array, bias: dense.count > 2 ? dense[2].array : nil, convolution,
      to: result)
  }
  let (keptImages, keptFilter) = (dense[0].kept(for: filter), dense[1].kept(for: images))
  let shapes = (images: images.shape, filter: filter.shape)
  let hasBiasGradient = bias.map { $0.node != nil }
  return .result(array, of: operands) { gradient in
    let gradient = gradient.dense
    let filterGradient = keptImages.map {
      convFilterGradient(name, gradient, $0, shapes.filter, convolution)
    }
    let biasGradient = hasBiasGradient.map { [$0 ? gradient.sum(0, 2, 3) : nil] } ?? []
    // The last, so that a backend can do what comes next in the same kernel.
    let imageGradient = keptFilter.map {
      convDataGradient(name, gradient, $0, shapes.images, convolution)
    }
    return [imageGradient, filterGradient] + biasGradient
  }
}

// A convolution is linear in its images and in its filter, and so are both gradients in what they
// are made of: the gradients of each are the other two.

/// The gradient of a convolution by its images, of the given shape; its operands are dense.
func convDataGradient(
  _ name: StaticString, _ gradient: Tensor, _ filter: Tensor, _ shape: Shape,
  _ convolution: Convolution
) -> Tensor {
  let array = Tensor.compute(name, shape, from: [gradient, filter]) { backend, result in
    try backend.convolutionDataGradient(gradient.array, filter.array, convolution, to: result)
  }
  return .result(array, of: [gradient, filter]) { upstream in
    let upstream = upstream.dense
    return [
      gradient.node.map { _ in conv2d(name, upstream, filter, bias: nil, convolution) },
      filter.node.map { _ in
        convFilterGradient(name, gradient, upstream, filter.shape, convolution)
      },
    ]
  }
}

/// The gradient of a convolution by its filter, of the given shape; its operands are dense.
private func convFilterGradient(
  _ name: StaticString, _ gradient: Tensor, _ images: Tensor, _ shape: Shape,
  _ convolution: Convolution
) -> Tensor {
  let array = Tensor.compute(name, shape, from: [gradient, images]) { backend, result in
    try backend.convolutionFilterGradient(gradient.array, images.array, convolution, to: result)
  }
  return .result(array, of: [gradient, images]) { upstream in
    let upstream = upstream.dense
    return [
      gradient.node.map { _ in conv2d(name, images, upstream, bias: nil, convolution) },
      images.node.map { _ in
        convDataGradient(name, gradient, upstream, images.shape, convolution)
      },
    ]
  }
}

/// The shape, or a stop that says why shapes do not fit.
func require(_ shape: Result<Shape, ShapeMismatch>, _ name: StaticString) -> Shape {
  switch shape {
  case .success(let shape): return shape
  case .failure(let mismatch): misuse("\(name): \(mismatch)")
  }
}
