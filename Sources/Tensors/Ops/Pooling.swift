import Backends

/// The largest element of each window of each channel; padding counts as −∞.
///
/// ```swift
/// let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [1, 1, 2, 4])
/// maxPool2d(image, Pooling(window: 2))  // [6, 8]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - pooling: Window, stride and padding.
/// - Returns: `[n, channels, height, width]` with ⌊(H + 2P − F) / S⌋ + 1 along each side, or with
///   ⌈…⌉ in ceil mode.
public func maxPool2d(_ images: Tensor, _ pooling: Pooling) -> Tensor {
  maxPool2dWithIndices(images, pooling).result
}

/// The largest element of each window of each channel, and where it lies.
///
/// ```swift
/// let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [1, 1, 2, 4])
/// let (result, indices) = maxPool2dWithIndices(image, Pooling(window: 2))
/// indices  // [5, 7]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - pooling: Window, stride and padding.
/// - Returns: The result of `maxPool2d`, and of the same shape as int32 the position of each
///   largest element in its plane, row · width + column; the first of several.
public func maxPool2dWithIndices(
  _ images: Tensor, _ pooling: Pooling
) -> (result: Tensor, indices: Tensor) {
  images.require(.float32, "maxPool2d")
  let shape = require(pooling.outputShape(images: images.shape), "maxPool2d")
  let dense = images.dense
  let indices = Tensor(
    Tensor.compute("maxPool2d", shape, .int32, from: [dense]) { _, _ in }, on: images.device)
  let array = Tensor.compute("maxPool2d", shape, from: [dense, indices]) { backend, result in
    try backend.maxPool(dense.array, pooling, to: result, indices: indices.array)
  }
  let result = Tensor.result(array, of: [images]) { [shape = images.shape] gradient in
    [maxPoolGradient(gradient.dense, indices, pooling, shape)]
  }
  return (result, indices)
}

private func maxPoolGradient(
  _ gradient: Tensor, _ indices: Tensor, _ pooling: Pooling, _ shape: Shape
) -> Tensor {
  let array = Tensor.compute("maxPool2d", shape, from: [gradient, indices]) { backend, result in
    try backend.maxPoolGradient(
      gradient.array, indices: indices.array, pooling, to: result)
  }
  return .result(array, of: [gradient], withoutGradient: "the second derivative of maxPool2d")
}

/// The mean of each window of each channel.
///
/// ```swift
/// let image = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [1, 1, 2, 4])
/// averagePool2d(image, Pooling(window: 2))  // [3.5, 5.5]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - pooling: Window, stride and padding, and whether the zeros of the padding count.
/// - Returns: `[n, channels, height, width]` with ⌊(H + 2P − F) / S⌋ + 1 along each side, or with
///   ⌈…⌉ in ceil mode.
public func averagePool2d(_ images: Tensor, _ pooling: Pooling) -> Tensor {
  images.require(.float32, "averagePool2d")
  let shape = require(pooling.outputShape(images: images.shape), "averagePool2d")
  let dense = images.dense
  let array = Tensor.compute("averagePool2d", shape, from: [dense]) { backend, result in
    try backend.averagePool(dense.array, pooling, to: result)
  }
  return .result(array, of: [images]) { [shape = images.shape] gradient in
    [averagePoolGradient(gradient.dense, pooling, shape)]
  }
}

private func averagePoolGradient(_ gradient: Tensor, _ pooling: Pooling, _ shape: Shape) -> Tensor {
  let array = Tensor.compute("averagePool2d", shape, from: [gradient]) { backend, result in
    try backend.averagePoolGradient(gradient.array, pooling, to: result)
  }
  // It is linear, and pooling is the other way round.
  return .result(array, of: [gradient]) { upstream in [averagePool2d(upstream, pooling)] }
}
