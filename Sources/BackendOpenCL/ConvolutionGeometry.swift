import Backends
import OpenCL

/// The sizes of a convolution, as the kernels are told them.
package struct ConvolutionGeometry {
  var images: Int
  let groups: Int
  /// The channels of the images and of the result, in one group.
  var inputs: Int
  var outputs: Int
  /// The height and width of the images and of the result.
  var image: Pair
  var result: Pair
  let kernel: Pair
  var stride: Pair
  var padding: Pair
  let dilation: Pair

  /// The geometry of a convolution of images with a filter.
  package init(_ images: Shape, _ filter: Shape, _ result: Shape, _ convolution: Convolution) {
    self.images = images[0]
    groups = convolution.groups
    inputs = filter[1]
    outputs = filter[0] / convolution.groups
    image = Pair(images[2], images[3])
    self.result = Pair(result[2], result[3])
    kernel = Pair(filter[2], filter[3])
    stride = convolution.stride
    padding = convolution.padding
    dilation = convolution.dilation
    for shape in [images, result] where shape.count / max(shape[0], 1) > Int(Int32.max) {
      misuse("convolution: one image of shape \(shape) has more than 2³¹ − 1 elements")
    }
    guard filter.count <= Int(Int32.max) else {
      misuse("convolution: the filter of shape \(filter) has more than 2³¹ − 1 elements")
    }
  }

  /// Elements of the kernel in one plane.
  var taps: Int { kernel.vertical * kernel.horizontal }
  /// Products in each element of the result.
  var depth: Int { inputs * taps }
  /// Elements of a plane of the images.
  var imagePixels: Int { image.vertical * image.horizontal }
  /// Elements of a plane of the result.
  var resultPixels: Int { result.vertical * result.horizontal }

  /// Whether each output sees just the pixel at its own place, so that images are columns.
  var isPointwise: Bool { groups == 1 && kernel == 1 && stride == 1 && padding == 0 }

  /// The convolution in steps of 1 that carries the gradient of one back, with the filter's taps in
  /// reverse.
  var reversed: ConvolutionGeometry {
    var reversed = self
    (reversed.inputs, reversed.outputs) = (outputs, inputs)
    (reversed.image, reversed.result) = (result, image)
    reversed.padding = Pair(
      dilation.vertical * (kernel.vertical - 1) - padding.vertical,
      dilation.horizontal * (kernel.horizontal - 1) - padding.horizontal)
    return reversed
  }

  /// The same convolution of images that have their zeros around them.
  var ofPaddedImages: ConvolutionGeometry {
    var padded = self
    padded.image = Pair(
      image.vertical + 2 * padding.vertical, image.horizontal + 2 * padding.horizontal)
    padded.padding = 0
    return padded
  }

  /// The same convolution of fewer images.
  func ofImages(_ count: Int) -> ConvolutionGeometry {
    var part = self
    part.images = count
    return part
  }

  /// The `Geometry` of Kernels/convolution-geometry.cl.
  var argument: KernelArgument {
    let pairs = [image, result, kernel, stride, padding, dilation]
    let sizes = [images, groups, inputs, outputs] + pairs.flatMap { [$0.vertical, $0.horizontal] }
    return .int32s(sizes.map(Int32.init))
  }
}
