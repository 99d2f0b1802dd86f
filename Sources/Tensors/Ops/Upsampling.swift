import Backends

/// Images at another size, usually a larger one.
///
/// As `torch.nn.functional.interpolate`; where a pixel lies is computed in integers, not rounded.
///
/// ```swift
/// upsample(Tensor([1, 2], shape: [1, 1, 1, 2]), Upsampling(mode: .nearest, size: Pair(1, 4)))  // [1, 1, 2, 2]
/// ```
///
/// - Parameters:
///   - images: `[n, channels, height, width]`.
///   - upsampling: The size of the result and where its pixels come from.
/// - Returns: `[n, channels, height, width]` of that size.
public func upsample(_ images: Tensor, _ upsampling: Upsampling) -> Tensor {
  images.require(.float32, "upsample")
  let shape = require(upsampling.outputShape(images: images.shape), "upsample")
  let dense = images.dense
  let array = Tensor.compute("upsample", shape, from: [dense]) { backend, result in
    try backend.upsample(dense.array, upsampling, to: result)
  }
  let target = images.shape
  return .result(array, of: [images]) { dy in [upsampleGradient(dy, upsampling, target)] }
}

/// Linear in the gradient, so its own gradient is `upsample`.
private func upsampleGradient(
  _ gradient: Tensor, _ upsampling: Upsampling, _ target: Shape
) -> Tensor {
  let dense = gradient.dense
  let array = Tensor.compute("upsample", target, from: [dense]) { backend, result in
    try backend.upsampleGradient(dense.array, upsampling, to: result)
  }
  return .result(array, of: [gradient]) { dy in [upsample(dy, upsampling)] }
}
