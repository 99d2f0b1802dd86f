import Backends

/// The parameters of a transposed convolution, each as (vertical, horizontal).
public struct TransposedConvolution: Hashable, Sendable {
  /// How far the kernel moves in the result between neighbours of the input.
  public var stride: Pair
  /// Rows and columns cut off on each side of the result.
  public var padding: Pair
  /// Rows added below and columns added right of the result: of the sizes that a convolution takes
  /// to that of the input, which one is meant.
  public var outputPadding: Pair
  /// The distance between the taps of the kernel.
  public var dilation: Pair
  /// Into how many independent convolutions the channels are split.
  public var groups: Int

  /// Makes the parameters; the output padding is less than the stride or than the dilation.
  public init(
    stride: Pair = 1, padding: Pair = 0, outputPadding: Pair = 0, dilation: Pair = 1,
    groups: Int = 1
  ) {
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
  }
}

/// A transposed two-dimensional convolution: what carries the gradient of a convolution back to its
/// images, as an operation of its own (Zeiler, Krishnan, Taylor, Fergus: Deconvolutional Networks,
/// 2010).
///
/// ```swift
/// let x = Tensor([1, 2], shape: [1, 1, 1, 2]), filter = Tensor.ones([1, 1, 1, 2])
/// convTranspose2d(x, filter, TransposedConvolution(stride: 2))  // [[[[1, 1, 2, 2]]]]
/// ```
///
/// - Parameters:
///   - images: `[n, in, height, width]`.
///   - filter: `[in, out / groups, kernel height, kernel width]`, that of the convolution which is
///     transposed.
///   - bias: `[out]`, added to each channel.
///   - parameters: Stride, padding, output padding, dilation and groups.
/// - Returns: `[n, out, height, width]` with (H − 1)S − 2P + D(F − 1) + O + 1 along each side, for
///   output padding O.
public func convTranspose2d(
  _ images: Tensor, _ filter: Tensor, bias: Tensor? = nil,
  _ parameters: TransposedConvolution = .init()
) -> Tensor {
  let name: StaticString = "convTranspose2d"
  for operand in [images, filter] { operand.require(.float32, name) }
  let convolution = Convolution(
    stride: parameters.stride, padding: parameters.padding, dilation: parameters.dilation,
    groups: parameters.groups)
  let shape = resultShape(images.shape, filter.shape, parameters)
  // Rows and columns behind all taps of the last place are reached by places of zeros.
  let added = Pair(
    parameters.outputPadding.vertical / parameters.stride.vertical,
    parameters.outputPadding.horizontal / parameters.stride.horizontal)
  let padded = images.padded(Edges(bottom: added.vertical, right: added.horizontal))
  guard
    case .success(padded.shape) = convolution.outputShape(images: shape, filter: filter.shape)
  else {
    misuse("\(name): images \(images.shape) and filter \(filter.shape) do not fit \(parameters)")
  }
  let result = convDataGradient(name, padded.dense, filter.dense, shape, convolution)
  guard let bias else { return result }
  guard bias.shape == [shape[1]] else {
    misuse("\(name): bias \(bias.shape) does not fit filter \(filter.shape)")
  }
  return result + bias.reshaped([shape[1], 1, 1])
}

private func resultShape(
  _ images: Shape, _ filter: Shape, _ parameters: TransposedConvolution
) -> Shape {
  guard images.rank == 4, filter.rank == 4, filter[0] == images[1], parameters.groups >= 1,
    images[1] % parameters.groups == 0
  else {
    misuse(
      "convTranspose2d: images \(images) and filter \(filter) must be [n, in, height, width] and "
        + "[in, out / groups, height, width], in a multiple of \(parameters.groups) group(s)")
  }
  func side(
    _ name: String, _ extent: Int, _ kernel: Int, _ part: KeyPath<Pair, Int>
  ) -> Int {
    let (stride, padding) = (parameters.stride[keyPath: part], parameters.padding[keyPath: part])
    let (added, dilation) = (
      parameters.outputPadding[keyPath: part], parameters.dilation[keyPath: part]
    )
    let result = (extent - 1) * stride - 2 * padding + dilation * (kernel - 1) + added + 1
    guard stride >= 1, dilation >= 1, padding >= 0, 0..<max(stride, dilation) ~= added,
      result >= 1, extent >= 1
    else {
      misuse(
        "convTranspose2d: images \(images) and filter \(filter) have no result of \(name) \(result) "
          + "for stride \(stride), padding \(padding), output padding \(added) (less than stride or "
          + "dilation) and dilation \(dilation)")
    }
    return result
  }
  return [
    images[0], filter[1] * parameters.groups, side("height", images[2], filter[2], \.vertical),
    side("width", images[3], filter[3], \.horizontal),
  ]
}
