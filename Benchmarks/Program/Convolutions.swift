import Needletail

extension Work {
  /// Convolution layers of well-known networks: forward, and the gradients by images and filter.
  static let convolutions = [
    convolution("lenet2", batch: 128, 20, 50, size: 12, kernel: 5),
    convolution("vgg1", batch: 64, 64, 64, size: 32, kernel: 3, padding: 1),
    convolution("vgg3", batch: 64, 256, 256, size: 8, kernel: 3, padding: 1),
    convolution("alexnet1", batch: 4, 3, 64, size: 224, kernel: 11, stride: 4, padding: 2),
    convolution("resnet2", batch: 4, 128, 128, size: 28, kernel: 3, padding: 1),
    convolution("resnet-down", batch: 4, 128, 256, size: 28, kernel: 1, stride: 2),
    convolution("depthwise", batch: 16, 64, 64, size: 56, kernel: 3, padding: 1, groups: 64),
  ]

  private static func convolution(
    _ name: String, batch: Int, _ inputs: Int, _ outputs: Int, size: Int, kernel: Int,
    stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Work {
    let outputSize = (size + 2 * padding - kernel) / stride + 1
    let taps = batch * outputs * outputSize * outputSize * inputs / groups * kernel * kernel
    return Work(
      "convolution-\(name)",
      "\(inputs) to \(outputs) channels of \(size)², kernel \(kernel)², batch \(batch): forward "
        + "and both gradients",
      // Forward and each of the two gradients multiply and add once for each tap.
      unit: .gigaflops(operations: 6 * Double(taps))
    ) {
      let convolution = Convolution(
        stride: Pair(stride, stride), padding: Pair(padding, padding), groups: groups)
      let images = Tensor.normal([batch, inputs, size, size])
      let filter = Tensor.normal([outputs, inputs / groups, kernel, kernel])
      let gradient = Tensor.normal([batch, outputs, outputSize, outputSize])
      return {
        _ = valueAndGradient(at: images, filter) { arguments in
          let result = conv2d(arguments[0], arguments[1], convolution)
          return (result * gradient).sum()
        }
      }
    }
  }
}
