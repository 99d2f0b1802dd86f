import Backends
import OpenCL

/// A convolution as the algorithms for its result are told of it.
struct ConvolutionCall {
  let images: StridedArray
  let filter: StridedArray
  let bias: StridedArray?
  let geometry: ConvolutionGeometry
  /// What is done with the sums before they are stored.
  let epilogue: Epilogue?
  /// How rounded numbers are multiplied, where that was permitted when it was called for.
  let fragments: Fragments?
  let result: StridedArray

  init(
    _ images: StridedArray, _ filter: StridedArray, _ bias: StridedArray?,
    _ geometry: ConvolutionGeometry, ending epilogue: Epilogue?, by fragments: Fragments?,
    to result: StridedArray
  ) {
    self.images = images
    self.filter = filter
    self.bias = bias
    self.geometry = geometry
    self.epilogue = epilogue
    self.fragments = fragments
    self.result = result
  }
}

/// A gradient by the images of a convolution as the algorithms for it are told of it.
struct DataGradientCall {
  let gradient: StridedArray
  let filter: StridedArray
  let geometry: ConvolutionGeometry
  /// What is done with the sums before they are stored.
  let epilogue: Epilogue?
  /// How rounded numbers are multiplied, where that was permitted when it was called for.
  let fragments: Fragments?
  let result: StridedArray

  init(
    _ gradient: StridedArray, _ filter: StridedArray, _ geometry: ConvolutionGeometry,
    ending epilogue: Epilogue?, by fragments: Fragments?, to result: StridedArray
  ) {
    self.gradient = gradient
    self.filter = filter
    self.geometry = geometry
    self.epilogue = epilogue
    self.fragments = fragments
    self.result = result
  }
}

/// A product of weights and what positions see: a convolution, or a part of a gradient by images.
struct GatheringCall {
  let gathering: ConvolutionGathering
  let source: StridedArray
  let weights: StridedArray
  let bias: StridedArray?
  let epilogue: Epilogue?
  let fragments: Fragments?
  let result: StridedArray

  /// A convolution.
  init(_ call: ConvolutionCall) {
    gathering = ConvolutionGathering(call.geometry)
    (source, weights) = (call.images, call.filter)
    (bias, epilogue, fragments) = (call.bias, call.epilogue, call.fragments)
    result = call.result
  }

  /// A part of a gradient.
  init(_ part: ConvolutionGathering, of call: DataGradientCall) {
    gathering = part
    (source, weights) = (call.gradient, call.filter)
    (bias, epilogue, fragments) = (nil, call.epilogue, call.fragments)
    result = call.result
  }
}
