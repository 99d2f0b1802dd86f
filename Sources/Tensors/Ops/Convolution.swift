import Backends

/// A two-dimensional convolution (cross-correlation).
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
  let operands = [images, filter] + (bias.map { [$0] } ?? [])
  for operand in operands { operand.require(.float32, "conv2d") }
  let shape = require(
    convolution.outputShape(images: images.shape, filter: filter.shape), "conv2d")
  if let bias, bias.shape != [filter.shape[0]] {
    misuse("conv2d: bias \(bias.shape) does not fit filter \(filter.shape)")
  }
  let dense = operands.map(\.dense)
  let array = Tensor.compute("conv2d", shape, from: dense) { backend, result in
    try backend.convolve(
      dense[0].array, dense[1].array, bias: dense.count > 2 ? dense[2].array : nil, convolution,
      to: result)
  }
  return .result(array, of: operands) { gradient in
    let gradient = gradient.dense
    return [
      images.node.map { _ in convDataGradient(gradient, dense[1], images.shape, convolution) },
      filter.node.map { _ in convFilterGradient(gradient, dense[0], filter.shape, convolution) },
    ] + (bias.map { [$0.node.map { _ in gradient.sum(0, 2, 3) }] } ?? [])
  }
}

private func convDataGradient(
  _ gradient: Tensor, _ filter: Tensor, _ shape: Shape, _ convolution: Convolution
) -> Tensor {
  let array = Tensor.compute("conv2d", shape, from: [gradient, filter]) { backend, result in
    try backend.convolutionDataGradient(gradient.array, filter.array, convolution, to: result)
  }
  return .result(
    array, of: [gradient, filter], withoutGradient: "the second derivative of conv2d")
}

private func convFilterGradient(
  _ gradient: Tensor, _ images: Tensor, _ shape: Shape, _ convolution: Convolution
) -> Tensor {
  let array = Tensor.compute("conv2d", shape, from: [gradient, images]) { backend, result in
    try backend.convolutionFilterGradient(gradient.array, images.array, convolution, to: result)
  }
  return .result(
    array, of: [gradient, images], withoutGradient: "the second derivative of conv2d")
}

/// The shape, or a stop that says why shapes do not fit.
func require(_ shape: Result<Shape, ShapeMismatch>, _ name: StaticString) -> Shape {
  switch shape {
  case .success(let shape): return shape
  case .failure(let mismatch): misuse("\(name): \(mismatch)")
  }
}
