import Backends

/// The largest element of each window of each channel; padding counts as −∞.
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - pooling: Window, stride and padding.
/// - Returns: `[n, channels, height, width]` with ⌊(H + 2P − F) / S⌋ + 1 along each side.
public func maxPool2d(_ images: Tensor, _ pooling: Pooling) -> Tensor {
  images.require(.float32, "maxPool2d")
  let shape = require(pooling.outputShape(images: images.shape), "maxPool2d")
  let dense = images.dense
  let indices = Tensor(
    Tensor.compute("maxPool2d", shape, .int32, from: [dense]) { _, _ in }, on: images.device)
  let array = Tensor.compute("maxPool2d", shape, from: [dense, indices]) { backend, result in
    try backend.maxPool(dense.array, pooling, to: result, indices: indices.array)
  }
  return .result(array, of: [images]) { gradient in
    [
      pooledGradient("maxPool2d", gradient.dense, indices, images.shape) {
        try $0.maxPoolGradient($1, indices: indices.array, pooling, to: $2)
      }
    ]
  }
}

/// The mean of each window of each channel; padding counts as zeros.
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - pooling: Window, stride and padding.
/// - Returns: `[n, channels, height, width]` with ⌊(H + 2P − F) / S⌋ + 1 along each side.
public func averagePool2d(_ images: Tensor, _ pooling: Pooling) -> Tensor {
  images.require(.float32, "averagePool2d")
  let shape = require(pooling.outputShape(images: images.shape), "averagePool2d")
  let dense = images.dense
  let array = Tensor.compute("averagePool2d", shape, from: [dense]) { backend, result in
    try backend.averagePool(dense.array, pooling, to: result)
  }
  return .result(array, of: [images]) { gradient in
    [
      pooledGradient("averagePool2d", gradient.dense, nil, images.shape) {
        try $0.averagePoolGradient($1, pooling, to: $2)
      }
    ]
  }
}

private func pooledGradient(
  _ name: StaticString, _ gradient: Tensor, _ indices: Tensor?, _ shape: Shape,
  _ body: (any Backend, StridedArray, StridedArray) throws -> Void
) -> Tensor {
  let operands = [gradient] + (indices.map { [$0] } ?? [])
  let array = Tensor.compute(name, shape, from: operands) { backend, result in
    try body(backend, gradient.array, result)
  }
  return .result(array, of: [gradient], withoutGradient: "the second derivative of \(name)")
}
