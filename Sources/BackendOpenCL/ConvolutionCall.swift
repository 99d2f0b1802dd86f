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

/// A product of weights and what positions see: a convolution, or a part of a gradient by images.
struct GatheringCall {
  let gathering: ConvolutionGathering
  let source: StridedArray
  let weights: StridedArray
  var bias: StridedArray?
  var epilogue: Epilogue?
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
  init(
    _ part: ConvolutionGathering, _ gradient: StridedArray, _ filter: StridedArray,
    by fragments: Fragments? = nil, to result: StridedArray
  ) {
    gathering = part
    self.fragments = fragments
    (source, weights) = (gradient, filter)
    self.result = result
  }
}
